#include "http/pages/locale.h"

#include <gtest/gtest.h>

namespace demo::http::pages {
namespace {

constexpr Language kEn = Language::kEnglish;
constexpr Language kFr = Language::kFrench;

TEST(Locale, GroupsThousandsAsTheReaderDoes) {
  EXPECT_EQ(FormatInteger(kEn, 1234567), "1,234,567");
  EXPECT_EQ(FormatInteger(kFr, 1234567), "1\u202f234\u202f567");
  EXPECT_EQ(FormatInteger(kEn, 999), "999");
  EXPECT_EQ(FormatInteger(kEn, -1000), "\u22121,000");
}

TEST(Locale, MoneyKeepsTwoDecimalsExactly) {
  EXPECT_EQ(FormatMoney(kEn, Money::FromCents(12025)), "120.25");
  EXPECT_EQ(FormatMoney(kFr, Money::FromCents(100'000'010)), "1\u202f000\u202f000,10");
  EXPECT_EQ(FormatMoney(kEn, Money::FromCents(9'223'372'036'854'775'807)), "92,233,720,368,547,758.07");
  EXPECT_EQ(FormatMoney(kEn, Money::FromCents(-5)), "\u22120.05");
}

TEST(Locale, UnitsFollowTheLanguage) {
  EXPECT_EQ(FormatPercent(kEn, 0.973), "97.3%");
  EXPECT_EQ(FormatPercent(kFr, 0.97), "97\u202f%");
  EXPECT_EQ(FormatBytes(kEn, 4'200'000), "4.2\u00a0MB");
  EXPECT_EQ(FormatBytes(kFr, 999'999), "1,0\u00a0Mo");
  EXPECT_EQ(FormatBytes(kEn, 0), "0\u00a0B");
  EXPECT_EQ(FormatSpan(kEn, std::chrono::seconds(59)), "59\u00a0s");
  EXPECT_EQ(FormatSpan(kFr, std::chrono::seconds(90061)), "1\u00a0j 1\u00a0h");
  EXPECT_EQ(FormatTick(kEn, 250000), "250k");
  EXPECT_EQ(FormatTick(kFr, 1500000), "1,5\u202fM");
}

TEST(Locale, TimesAreUtc) {
  constexpr UnixMillis kTime = 1795435390123;  // 2026-11-23T12:03:10Z
  EXPECT_EQ(FormatDateTime(kEn, kTime), "23 Nov 2026, 12:03");
  EXPECT_EQ(FormatDateTime(kFr, kTime), "23 nov. 2026, 12:03");
  EXPECT_EQ(FormatClock(kTime), "12:03:10");
  EXPECT_EQ(FormatIso(kTime), "2026-11-23T12:03:10Z");
  EXPECT_EQ(FormatShortDay(kFr, "2026-02-01"), "1 févr.");
}

}  // namespace
}  // namespace demo::http::pages
