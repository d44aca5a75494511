#include "domain/money.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>

namespace demo {
namespace {

constexpr int kDecimals = 2;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

std::unexpected<Error> NotAnAmount() { return Fail(ErrorCode::kInvalid, "must be a number with two decimals at most"); }

/// A number as JSON writes it, taken apart: digits without a point, and how many of them stand behind it.
struct Decimal {
  bool negative = false;
  std::string digits;
  int scale = 0;
};

bool TakeDigits(std::string_view& text, std::string& digits) {
  const auto end = std::find_if_not(text.begin(), text.end(), IsDigit);
  const auto count = static_cast<std::size_t>(end - text.begin());
  digits.append(text.substr(0, count));
  text.remove_prefix(count);
  return count > 0;
}

bool TakeIf(std::string_view& text, std::string_view any_of) {
  if (text.empty() || any_of.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

bool TakeExponent(std::string_view& text, Decimal& decimal) {
  if (!TakeIf(text, "eE")) return true;
  const bool negative = text.starts_with('-');
  TakeIf(text, "+-");
  std::string digits;
  if (!TakeDigits(text, digits) || digits.size() > 3) return false;
  const int exponent = std::atoi(digits.c_str());
  decimal.scale += negative ? exponent : -exponent;
  return true;
}

}  // namespace

Result<Money> Money::Parse(std::string_view text) {
  Decimal decimal;
  decimal.negative = TakeIf(text, "-");
  if (!TakeDigits(text, decimal.digits)) return NotAnAmount();
  if (TakeIf(text, ".")) {
    const auto before = decimal.digits.size();
    if (!TakeDigits(text, decimal.digits)) return NotAnAmount();
    decimal.scale = static_cast<int>(decimal.digits.size() - before);
  }
  if (!TakeExponent(text, decimal) || !text.empty()) return NotAnAmount();

  while (decimal.scale > kDecimals && decimal.digits.ends_with('0')) decimal.digits.pop_back(), --decimal.scale;
  if (decimal.digits.find_first_not_of('0') == std::string::npos) return Money();
  if (decimal.scale > kDecimals) return NotAnAmount();
  constexpr std::size_t kMaxDigits = 18;
  const auto zeros = static_cast<std::size_t>(kDecimals - decimal.scale);
  if (decimal.digits.size() + zeros > kMaxDigits + 2) return Fail(ErrorCode::kInvalid, "is too large");
  decimal.digits.append(zeros, '0');

  std::int64_t cents = 0;
  const char* end = decimal.digits.data() + decimal.digits.size();
  if (std::from_chars(decimal.digits.data(), end, cents).ec != std::errc()) {
    return Fail(ErrorCode::kInvalid, "is too large");
  }
  return FromCents(decimal.negative ? -cents : cents);
}

std::string Money::ToString() const {
  const auto magnitude = cents_ < 0 ? 0 - static_cast<std::uint64_t>(cents_) : static_cast<std::uint64_t>(cents_);
  return fmt::format("{}{}.{:02}", cents_ < 0 ? "-" : "", magnitude / 100, magnitude % 100);
}

}  // namespace demo
