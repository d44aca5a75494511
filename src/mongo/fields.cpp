#include "mongo/fields.h"

#include <fmt/format.h>

#include <algorithm>

namespace demo::mongo {

std::string Fields::Position(std::string_view key) {
  constexpr auto kIsPlain = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  };
  auto text = document_.FindText(key);
  if (text && (text->empty() || !std::ranges::all_of(*text, kIsPlain))) text.reset();
  return Need(std::move(text), key, "string of letters and digits");
}

std::optional<Document> Fields::CopyOf(std::string_view key) const {
  const auto inner = document_.FindDocument(key);
  return inner ? std::optional(inner->Copy()) : std::nullopt;
}

Result<void> Fields::Done() const {
  if (wrong_.empty()) return {};
  return Fail(ErrorCode::kInternal, wrong_);
}

void Fields::Note(std::string_view key, std::string_view wanted) {
  if (!wrong_.empty()) return;
  wrong_ = fmt::format("{} {}: {} is {}, wants {}", of_, document_.Show("_id"), key, document_.TypeOf(key), wanted);
}

}  // namespace demo::mongo
