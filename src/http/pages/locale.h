#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "domain/money.h"
#include "http/pages/preferences.h"

/// Numbers and times as the reader writes them. Times are UTC, as everywhere in the service. All pure.
namespace demo::http::pages {

std::string FormatInteger(Language language, std::int64_t number);         ///< "1,234" · "1 234"
std::string FormatNumber(Language language, double number, int decimals);  ///< "1,234.5" · "1 234,5"
std::string FormatMoney(Language language, Money amount);                  ///< "1,234.50" · "1 234,50"
std::string FormatPercent(Language language, double fraction);             ///< 0.973: "97.3%" · "97,3 %"
std::string FormatMilliseconds(Language language, double milliseconds);    ///< "0.41 ms" · "1 250 ms"
std::string FormatBytes(Language language, std::int64_t bytes);            ///< "4.2 MB" · "4,2 Mo"
std::string FormatSpan(Language language, std::chrono::seconds span);      ///< "3 h 12 min" · "3 h 12 min"
std::string FormatDateTime(Language language, UnixMillis time);            ///< "23 Nov 2026, 12:03"
std::string FormatDate(Language language, UnixMillis time);                ///< "23 Nov 2026"
std::string FormatClock(UnixMillis time);                                  ///< "12:03:10"
std::string FormatDay(Language language, std::string_view iso_day);        ///< "2026-11-23": "23 Nov 2026"
std::string FormatShortDay(Language language, std::string_view iso_day);   ///< "2026-11-23": "23 Nov"
/// A number that fits an axis: "950", "12k", "1.5M".
std::string FormatTick(Language language, double number);
std::string FormatIso(UnixMillis time);  ///< "2026-11-23T12:03:10Z"

}  // namespace demo::http::pages
