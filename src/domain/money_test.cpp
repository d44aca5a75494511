#include "domain/money.h"

#include <gtest/gtest.h>

#include <limits>

namespace demo {
namespace {

TEST(Money, ReadsWhatJsonWrites) {
  EXPECT_EQ(Money::Parse("75.25")->cents(), 7525);
  EXPECT_EQ(Money::Parse("45")->cents(), 4500);
  EXPECT_EQ(Money::Parse("0.1")->cents(), 10);
  EXPECT_EQ(Money::Parse("1.2e1")->cents(), 1200);
  EXPECT_EQ(Money::Parse("1250E-2")->cents(), 1250);
  EXPECT_EQ(Money::Parse("1.230000")->cents(), 123);
  EXPECT_EQ(Money::Parse("-0.05")->cents(), -5);
  EXPECT_EQ(Money::Parse("0e999")->cents(), 0);
}

TEST(Money, RefusesWhatItCannotHoldExactly) {
  for (const char* text :
       {"", "-", ".5", "5.", "1.234", "1e", "1e-3", "0x10", "1 ", "NaN", "1e30", "99999999999999999999"}) {
    EXPECT_FALSE(Money::Parse(text).has_value()) << text;
  }
}

TEST(Money, WritesTwoDecimals) {
  EXPECT_EQ(Money::FromCents(12025).ToString(), "120.25");
  EXPECT_EQ(Money::FromCents(5).ToString(), "0.05");
  EXPECT_EQ(Money::FromCents(-5).ToString(), "-0.05");
  EXPECT_EQ(Money::FromCents(std::numeric_limits<std::int64_t>::min()).ToString(), "-92233720368547758.08");
}

TEST(Money, AMillionTimesTenCentsAddUpExactly) {
  Money sum;
  for (int i = 0; i < 1'000'000; ++i) sum += *Money::Parse("0.10");
  EXPECT_EQ(sum.ToString(), "100000.00");
}

}  // namespace
}  // namespace demo
