#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "http/pages/preferences.h"
#include "store/store.h"

/// Charts as SVG, drawn on the server: they need no script, and geometry by attributes alone satisfies the pages'
/// Content-Security-Policy. Text stands in SVGs of its own that never stretch. All pure.
namespace demo::http::pages {

/// `days` with a zero for each day between that had no order, the last `limit` days of them. `days` ascend.
std::vector<DayOrders> EveryDay(const std::vector<DayOrders>& days, int limit);

/// Evenly spaced round numbers from 0 up to the first that is at least `highest`, 2 to 7 of them: 0, 50, 100, 150. A
/// step is whole where `highest` is 1 or more.
std::vector<double> AxisTicks(double highest);

/// A line of orders a day with axes, gridlines and a value for each day under the pointer. `days` come from EveryDay.
std::string DrawDays(Language language, const std::vector<DayOrders>& days);

/// A table of countries with a bar each: the table is its own text form.
std::string DrawCountries(Language language, const std::vector<CountrySpending>& countries);

/// The points of a small line in a box 60 wide and 20 high, from the oldest of `values` at the left; "" below two
/// values. A value below 0 is unknown and left out.
std::string SparklinePoints(const std::vector<double>& values);

}  // namespace demo::http::pages
