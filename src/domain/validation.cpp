#include "domain/validation.h"

#include <cstdint>
#include <utility>

namespace demo {
namespace {

constexpr char32_t kMalformed = 0xFFFFFFFF;

/// Takes one code point off the front of `text`; kMalformed for anything RFC 3629 does not allow.
char32_t TakeCodePoint(std::string_view& text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t lead = byte(0);
  const std::size_t length = lead < 0x80            ? 1
                             : lead >> 5 == 0b110   ? 2
                             : lead >> 4 == 0b1110  ? 3
                             : lead >> 3 == 0b11110 ? 4
                                                    : 0;
  if (length == 0 || text.size() < length) return kMalformed;
  char32_t point = length == 1 ? lead : lead & (0x7Fu >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if (byte(i) >> 6 != 0b10) return kMalformed;
    point = point << 6 | (byte(i) & 0x3Fu);
  }
  constexpr char32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = point >= 0xD800 && point <= 0xDFFF;
  if (point < kSmallest[length] || surrogate || point > 0x10FFFF) return kMalformed;
  text.remove_prefix(length);
  return point;
}

bool IsControl(char32_t point) { return point < 0x20 || (point >= 0x7F && point < 0xA0); }

void Note(std::vector<FieldError>& wrong, std::string_view field, std::string_view reason) {
  if (!reason.empty()) wrong.push_back({std::string(field), std::string(reason)});
}

Result<void> Conclude(std::vector<FieldError> wrong) {
  if (wrong.empty()) return {};
  std::string message;
  for (const auto& [field, reason] : wrong) message += (message.empty() ? "" : "; ") + field + " " + reason;
  return Fail(Error{ErrorCode::kInvalid, std::move(message), std::move(wrong)});
}

}  // namespace

std::string_view WrongText(std::string_view text) {
  int length = 0;
  while (!text.empty()) {
    const char32_t point = TakeCodePoint(text);
    if (point == kMalformed) return "must be valid UTF-8";
    if (IsControl(point)) return "must not hold control characters";
    if (++length > kMaxTextLength) return "must be at most 200 characters long";
  }
  return length == 0 ? "must not be empty" : "";
}

std::string_view WrongEmail(std::string_view text) {
  if (const auto wrong = WrongText(text); !wrong.empty()) return wrong;
  const auto at = text.find('@');
  const bool one_inside = at != std::string_view::npos && at != 0 && at + 1 != text.size() &&
                          text.find('@', at + 1) == std::string_view::npos;
  return one_inside ? "" : "must have one @ with text on both sides";
}

Result<void> Validate(const NewUser& user) {
  std::vector<FieldError> wrong;
  Note(wrong, "name", WrongText(user.name));
  Note(wrong, "email", WrongEmail(user.email));
  Note(wrong, "country", WrongText(user.country));
  return Conclude(std::move(wrong));
}

Result<void> Validate(const NewOrder& order) {
  std::vector<FieldError> wrong;
  Note(wrong, "user_id", WrongText(order.user_id));
  if (order.amount <= Money()) Note(wrong, "amount", "must be above 0");
  if (order.amount > kMaxAmount) Note(wrong, "amount", "must be at most 1000000");
  return Conclude(std::move(wrong));
}

}  // namespace demo
