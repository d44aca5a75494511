#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace demo {

/// An exact amount in cents. Sums are exact; 64 bits hold 9 * 10^10 orders of the largest amount.
class Money {
 public:
  constexpr Money() = default;
  static constexpr Money FromCents(std::int64_t cents) { return Money(cents); }

  /// Reads a plain JSON number such as "12.3", "12.30" or "1.2e1". Never goes through floating point.
  /// Errors: Invalid (not a number, more than two decimals, outside 64 bits of cents).
  static Result<Money> Parse(std::string_view text);

  [[nodiscard]] constexpr std::int64_t cents() const { return cents_; }
  /// Always two decimals: "120.25", "-0.05".
  [[nodiscard]] std::string ToString() const;

  constexpr Money& operator+=(Money other) {
    cents_ += other.cents_;
    return *this;
  }
  friend constexpr Money operator+(Money a, Money b) { return a += b; }
  constexpr auto operator<=>(const Money&) const = default;

 private:
  explicit constexpr Money(std::int64_t cents) : cents_(cents) {}
  std::int64_t cents_ = 0;
};

}  // namespace demo
