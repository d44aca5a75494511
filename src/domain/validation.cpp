#include "domain/validation.h"

#include <utility>

#include "base/utf8.h"

namespace demo {
namespace {

bool IsControl(char32_t point) { return point < 0x20 || (point >= 0x7F && point < 0xA0); }

void Note(std::vector<FieldError>& wrong, std::string_view field, std::string_view reason) {
  if (!reason.empty()) wrong.push_back({std::string(field), std::string(reason)});
}

Result<void> Conclude(std::vector<FieldError> wrong) {
  if (wrong.empty()) return {};
  return FailFields(std::move(wrong));
}

}  // namespace

std::string_view WrongText(std::string_view text) {
  int length = 0;
  while (!text.empty()) {
    const auto point = TakeCodePoint(text);
    if (!point) return "must be valid UTF-8";
    if (IsControl(*point)) return "must not hold control characters";
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
