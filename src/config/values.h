#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/number.h"

namespace demo {

/// 1 to `longest` letters, digits, '-', '_' and '.'.
bool IsName(std::string_view text, std::size_t longest);

std::string LowerCase(std::string_view text);

/// "20", "20s", "2m" or "1h", from `least` to `most` seconds.
std::optional<std::chrono::seconds> ReadSeconds(std::string_view text, int least, int most);

/// "64", "64MiB", "64M" or "1GiB": MiB from 0 to `most`.
std::optional<std::size_t> ReadMebibytes(std::string_view text, int most);

/// Sets `target` where there is a value, and says whether there is.
template <typename Target, typename Value>
bool SetTo(Target& target, std::optional<Value> value) {
  if (value) target = static_cast<Target>(*value);
  return value.has_value();
}

/// What is wrong with `value` whatever it is for, as it completes "which …": "ends with a line end". Empty: nothing.
std::string_view Flaw(std::string_view value);

/// A value as it may stand in a message: cut, on one line, in quotes. One that may hold a password is not shown.
std::string Shown(std::string_view value);

}  // namespace demo
