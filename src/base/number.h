#pragma once

#include <charconv>
#include <optional>
#include <string_view>

namespace demo {

/// The whole number from `least` to `most` that `text` is, all of it; else nothing. Pure.
template <typename Number>
std::optional<Number> ReadNumber(std::string_view text, Number least, Number most) {
  Number number{};
  const char* const end = text.data() + text.size();
  const auto [read, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || read != end || number < least || number > most) return std::nullopt;
  return number;
}

}  // namespace demo
