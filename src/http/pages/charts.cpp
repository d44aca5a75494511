#include "http/pages/charts.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <iterator>
#include <utility>

#include "http/pages/catalogue.h"
#include "http/pages/locale.h"
#include "http/pages/template.h"

namespace demo::http::pages {
namespace {

using std::chrono::sys_days;

constexpr double kPlotWidth = 1000;
constexpr double kPlotHeight = 160;
constexpr double kTopGap = 8;  // Room for the highest tick's text.

sys_days ParseDay(const std::string& iso) {
  const auto number = [&](std::size_t at, std::size_t length) { return std::stoi(iso.substr(at, length)); };
  return std::chrono::year(number(0, 4)) / std::chrono::month(static_cast<unsigned>(number(5, 2))) /
         std::chrono::day(static_cast<unsigned>(number(8, 2)));
}

std::string FormatDate(sys_days day) {
  const std::chrono::year_month_day date(day);
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

/// Where the value `part` of the highest tick lies, from the top.
double HeightAt(double value, double top) { return kTopGap + (kPlotHeight - kTopGap) * (1 - value / top); }

double MiddleOf(std::size_t index, std::size_t count) {
  return kPlotWidth * (static_cast<double>(index) + 0.5) / static_cast<double>(count);
}

std::string DayValues(Language language, const DayOrders& day) {
  return fmt::format("{}: {}, {}", FormatDay(language, day.day), CountText(language, "count.orders", day.orders),
                     FormatMoney(language, day.revenue));
}

std::string DrawValueAxis(Language language, const std::vector<double>& ticks) {
  std::string svg = fmt::format(R"(<svg class="axis-y" width="44" height="{}" aria-hidden="true">)", kPlotHeight + 8);
  for (const double tick : ticks) {
    svg += fmt::format(R"(<text x="38" y="{:.1f}" text-anchor="end">{}</text>)", HeightAt(tick, ticks.back()) + 4,
                       FormatTick(language, tick));
  }
  return svg += "</svg>";
}

std::string DrawDayAxis(Language language, const std::vector<DayOrders>& days) {
  std::string svg = R"(<svg class="axis-x" width="100%" height="20" aria-hidden="true">)";
  const std::size_t labels = std::min<std::size_t>(days.size(), 4);
  // Among many days the first and the last lie so near the edges that their texts must turn inwards.
  const bool crowded = days.size() > 10;
  for (std::size_t i = 0; i < labels; ++i) {
    const std::size_t at = labels == 1 ? 0 : i * (days.size() - 1) / (labels - 1);
    const std::string_view anchor = !crowded ? "middle" : i == 0 ? "start" : i + 1 == labels ? "end" : "middle";
    const double x = anchor == "start" ? 0 : anchor == "end" ? kPlotWidth : MiddleOf(at, days.size());
    svg += fmt::format(R"(<text x="{:.2f}%" y="14" text-anchor="{}">{}</text>)", x / kPlotWidth * 100, anchor,
                       FormatShortDay(language, days[at].day));
  }
  return svg += "</svg>";
}

std::string DrawPlot(Language language, const std::vector<DayOrders>& days, const std::vector<double>& ticks) {
  const double top = ticks.back();
  std::string svg = fmt::format(
      R"(<svg class="plot{2}" width="100%" height="{0}" viewBox="0 0 {1} {0}" preserveAspectRatio="none" aria-hidden="true">)",
      kPlotHeight + 1, kPlotWidth, days.size() <= 31 ? " few" : "");
  for (const double tick : ticks) {
    svg += fmt::format(R"(<path class="grid" d="M0 {:.1f}H{}"/>)", HeightAt(tick, top), kPlotWidth);
  }
  std::string line;
  for (std::size_t i = 0; i < days.size(); ++i) {
    line += fmt::format("{}{:.1f} {:.1f}", i == 0 ? "M" : "L", MiddleOf(i, days.size()),
                        HeightAt(static_cast<double>(days[i].orders), top));
  }
  svg += fmt::format(R"(<path class="area" d="{0}V{1}H{2:.1f}Z"/><path class="line" d="{0}"/>)", line, kPlotHeight,
                     MiddleOf(0, days.size()));
  const double width = kPlotWidth / static_cast<double>(days.size());
  for (std::size_t i = 0; i < days.size(); ++i) {
    // What all points have in common stands in the stylesheet: there are 90 of them. A line of no length with round
    // ends is a dot that stays round however the plot is stretched.
    svg += fmt::format(
        R"(<g class="point"><title>{}</title><rect x="{:.1f}" width="{:.1f}"/><path d="M{:.1f} {:.1f}h0"/></g>)",
        EscapeHtml(DayValues(language, days[i])), static_cast<double>(i) * width, width, MiddleOf(i, days.size()),
        HeightAt(static_cast<double>(days[i].orders), top));
  }
  return svg += "</svg>";
}

std::string BarCell(double share, const std::vector<double>& ticks) {
  std::string svg = R"(<svg class="bar" width="100%" height="18" aria-hidden="true">)";
  for (const double tick : ticks) {
    const double x = tick / ticks.back() * 100;
    svg += fmt::format(R"(<line class="grid" x1="{0:.2f}%" x2="{0:.2f}%" y1="0" y2="18"/>)", x);
  }
  return svg += fmt::format(R"(<rect y="3" width="{:.2f}%" height="12" rx="2"/></svg>)", share * 100);
}

/// Below bars there is room for three numbers: for more, only every other tick or so has its own.
std::string BarAxis(Language language, const std::vector<double>& ticks) {
  std::string svg = R"(<svg class="axis-x" width="100%" height="18" aria-hidden="true">)";
  const std::size_t step = ticks.size() / 2;
  for (std::size_t i = 0; i < ticks.size(); i += step) {
    const std::string_view anchor = i == 0 ? "start" : i + 1 == ticks.size() ? "end" : "middle";
    svg += fmt::format(R"(<text x="{:.2f}%" y="13" text-anchor="{}">{}</text>)", ticks[i] / ticks.back() * 100, anchor,
                       FormatTick(language, ticks[i]));
  }
  return svg += "</svg>";
}

}  // namespace

std::vector<DayOrders> EveryDay(const std::vector<DayOrders>& days, int limit) {
  if (days.empty()) return {};
  const sys_days last = ParseDay(days.back().day);
  const sys_days first = std::max(ParseDay(days.front().day), last - std::chrono::days(limit - 1));
  std::vector<DayOrders> every;
  auto known = days.begin();
  for (sys_days day = first; day <= last; day += std::chrono::days(1)) {
    while (known != days.end() && ParseDay(known->day) < day) ++known;
    const bool had_orders = known != days.end() && ParseDay(known->day) == day;
    every.push_back(had_orders ? *known : DayOrders{FormatDate(day), 0, {}});
  }
  return every;
}

std::vector<double> AxisTicks(double highest) {
  if (highest <= 0) highest = 1;
  double step = std::pow(10, std::floor(std::log10(highest)));
  const double ratio = highest / step;
  if (ratio <= 1.2) {
    step /= 5;
  } else if (ratio <= 3) {
    step /= 2;
  } else if (ratio > 6) {
    step *= 2;
  }
  if (step < 1 && highest >= 1) step = 1;  // Orders are whole.
  const auto steps = static_cast<int>(std::ceil(highest / step - 1e-9));
  std::vector<double> ticks;
  for (int i = 0; i <= std::max(steps, 1); ++i) ticks.push_back(step * i);
  return ticks;
}

std::string DrawDays(Language language, const std::vector<DayOrders>& days) {
  if (days.empty()) return {};
  const auto most = std::ranges::max(days, {}, &DayOrders::orders);
  const auto ticks = AxisTicks(static_cast<double>(most.orders));
  const std::string summary = Text(language, "days.summary",
                                   {{"first", FormatDay(language, days.front().day)},
                                    {"last", FormatDay(language, days.back().day)},
                                    {"most", CountText(language, "count.orders", most.orders)},
                                    {"day", FormatDay(language, most.day)}});
  return fmt::format(
      R"(<div class="chart" role="group" tabindex="0" aria-label="{}">{}<div class="plot-box">{}{}</div><output class="tip" hidden></output></div>)",
      EscapeHtml(summary), DrawValueAxis(language, ticks), DrawPlot(language, days, ticks),
      DrawDayAxis(language, days));
}

std::string DrawCountries(Language language, const std::vector<CountrySpending>& countries) {
  const double most = countries.empty()
                          ? 0
                          : static_cast<double>(std::ranges::max(countries, {}, &CountrySpending::spent).spent.cents());
  const auto ticks = AxisTicks(most / 100);
  std::string rows;
  for (const CountrySpending& country : countries) {
    const double share = static_cast<double>(country.spent.cents()) / 100 / ticks.back();
    rows += fmt::format(
        R"(<tr><th scope="row"><bdi class="clip short">{}</bdi></th><td class="bar-cell">{}</td><td class="number">{}</td><td class="number">{}</td></tr>)",
        EscapeHtml(country.country), BarCell(share, ticks), FormatMoney(language, country.spent),
        FormatInteger(language, country.orders));
  }
  return fmt::format(
      R"(<table class="bars"><thead><tr><th scope="col">{}</th><td class="bar-cell"></td><th scope="col" class="number">{}</th><th scope="col" class="number">{}</th></tr></thead><tbody>{}</tbody><tfoot aria-hidden="true"><tr><td></td><td class="bar-cell">{}</td><td></td><td></td></tr></tfoot></table>)",
      EscapeHtml(Text(language, "users.country")), EscapeHtml(Text(language, "users.spent")),
      EscapeHtml(Text(language, "users.orders")), rows, BarAxis(language, ticks));
}

std::string SparklinePoints(const std::vector<double>& values) {
  const double highest = values.empty() ? 0 : std::ranges::max(values);
  if (values.size() < 2) return {};
  std::string points;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i] < 0) continue;
    const double x = 60.0 * static_cast<double>(i) / static_cast<double>(values.size() - 1);
    const double y = highest <= 0 ? 19 : 19 - 18 * values[i] / highest;
    points += fmt::format("{}{:.1f},{:.1f}", points.empty() ? "" : " ", x, y);
  }
  return points;
}

}  // namespace demo::http::pages
