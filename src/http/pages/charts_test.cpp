#include "http/pages/charts.h"

#include <gmock/gmock.h>

#include <regex>

namespace demo::http::pages {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

DayOrders Day(std::string day, std::int64_t orders) { return {std::move(day), orders, Money::FromCents(orders * 100)}; }

TEST(EveryDay, PutsAZeroWhereNobodyOrdered) {
  const auto days = EveryDay({Day("2026-02-27", 3), Day("2026-03-02", 1)}, 90);
  EXPECT_THAT(days,
              ElementsAre(Day("2026-02-27", 3), Day("2026-02-28", 0), Day("2026-03-01", 0), Day("2026-03-02", 1)));
}

TEST(EveryDay, EndsWithTheLastDayAndIsNoLongerThanAsked) {
  EXPECT_THAT(EveryDay({Day("2025-01-01", 9), Day("2026-03-01", 3), Day("2026-03-02", 1)}, 2),
              ElementsAre(Day("2026-03-01", 3), Day("2026-03-02", 1)));
  EXPECT_TRUE(EveryDay({}, 90).empty());
}

TEST(AxisTicks, AreRoundAndReachTheHighest) {
  EXPECT_THAT(AxisTicks(0), ElementsAre(0, 1));
  EXPECT_THAT(AxisTicks(1), ElementsAre(0, 1));
  EXPECT_THAT(AxisTicks(3), ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(AxisTicks(271), ElementsAre(0, 50, 100, 150, 200, 250, 300));
  EXPECT_THAT(AxisTicks(950), ElementsAre(0, 200, 400, 600, 800, 1000));
  for (const double highest : {1.0, 7.0, 12.0, 99.0, 101.0, 4321.0, 1e6, 9.9e12}) {
    const auto ticks = AxisTicks(highest);
    EXPECT_GE(ticks.back(), highest);
    EXPECT_LT(ticks[ticks.size() - 2], highest);
    EXPECT_THAT(ticks.size(), ::testing::AllOf(::testing::Ge(2U), ::testing::Le(7U))) << highest;
  }
}

TEST(DrawDays, GivesEachDayItsValueAndTheWholeASummary) {
  const std::string svg = DrawDays(Language::kFrench, EveryDay({Day("2026-11-01", 1200), Day("2026-11-03", 5)}, 90));
  EXPECT_THAT(svg, HasSubstr("<title>1 nov. 2026: 1\u202f200 commandes, 1\u202f200,00</title>"));
  EXPECT_THAT(svg, HasSubstr("<title>2 nov. 2026: 0 commande, 0,00</title>"));
  EXPECT_THAT(svg, HasSubstr("Commandes par jour du 1 nov. 2026 au 3 nov. 2026"));
  EXPECT_THAT(svg, Not(HasSubstr("style=")));
  EXPECT_THAT(svg, Not(HasSubstr("nan")));
}

TEST(DrawDays, OneDayAndNoOrderAreNoTrouble) {
  EXPECT_THAT(DrawDays(Language::kEnglish, {Day("2026-11-01", 0)}), Not(HasSubstr("nan")));
  EXPECT_EQ(DrawDays(Language::kEnglish, {}), "");
}

TEST(DrawCountries, EscapesNamesAndDrawsSharesOfTheAxis) {
  const std::string table = DrawCountries(
      Language::kEnglish, {{"<script>", 1, 2, Money::FromCents(50000)}, {"Spain & co", 1, 2, Money::FromCents(25000)}});
  EXPECT_THAT(table, HasSubstr("&lt;script&gt;"));
  EXPECT_THAT(table, Not(HasSubstr("<script>")));
  EXPECT_THAT(table, HasSubstr("width=\"100.00%\" height=\"12\""));
  EXPECT_THAT(table, HasSubstr("width=\"50.00%\" height=\"12\""));
  EXPECT_THAT(table, Not(HasSubstr("style=")));
}

TEST(DrawCountries, KeepsTheNumbersOfItsAxisApart) {
  for (const std::int64_t spent : {1, 2, 3, 4, 5, 6, 7, 11, 12, 25, 300, 1'150'000, 3'900'000}) {
    const std::string table = DrawCountries(Language::kFrench, {{"France", 1, 1, Money::FromCents(spent * 100)}});
    const std::string axis = table.substr(table.find("axis-x"));
    const std::regex label(R"re(<text x="([\d.]+)%")re");
    double last = -100;
    for (std::sregex_iterator at(axis.begin(), axis.end(), label), end; at != end; ++at) {
      const double x = std::stod((*at)[1]);
      EXPECT_GE(x - last, 40) << spent;
      last = x;
    }
    EXPECT_GE(last, 40) << spent;
  }
}

TEST(SparklinePoints, LeavesOutWhatIsUnknown) {
  EXPECT_EQ(SparklinePoints({}), "");
  EXPECT_EQ(SparklinePoints({1}), "");
  EXPECT_EQ(SparklinePoints({0, -1, 2}), "0.0,19.0 60.0,1.0");
  EXPECT_EQ(SparklinePoints({0, 0}), "0.0,19.0 60.0,19.0");
}

}  // namespace
}  // namespace demo::http::pages
