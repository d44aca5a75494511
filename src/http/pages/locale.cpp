#include "http/pages/locale.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <array>
#include <cmath>
#include <ctime>

namespace demo::http::pages {
namespace {

// French separates thousands, and a number from its unit, by a narrow space that does not break.
constexpr std::string_view kNarrowSpace = "\u202f";
constexpr std::string_view kSpace = "\u00a0";

std::string_view GroupMark(Language language) { return language == Language::kFrench ? kNarrowSpace : ","; }
char DecimalMark(Language language) { return language == Language::kFrench ? ',' : '.'; }

/// Marks the thousands in a run of digits.
std::string Group(Language language, std::string_view digits) {
  std::string grouped;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) grouped += GroupMark(language);
    grouped += digits[i];
  }
  return grouped;
}

/// Turns "-1234.50" into what the reader writes.
std::string Localise(Language language, std::string_view plain) {
  std::string text;
  if (plain.starts_with('-')) {
    text += "\u2212";
    plain.remove_prefix(1);
  }
  const auto point = std::min(plain.find('.'), plain.size());
  text += Group(language, plain.substr(0, point));
  if (point == plain.size()) return text;
  text += DecimalMark(language);
  return text += plain.substr(point + 1);
}

std::string_view MonthName(Language language, int month) {
  constexpr std::array<std::string_view, 12> kEnglish{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  constexpr std::array<std::string_view, 12> kFrench{"janv.", "févr.", "mars",  "avr.", "mai",  "juin",
                                                     "juil.", "août",  "sept.", "oct.", "nov.", "déc."};
  const auto index = static_cast<std::size_t>(month - 1);
  return language == Language::kFrench ? kFrench.at(index) : kEnglish.at(index);
}

std::tm UtcOf(UnixMillis time) { return fmt::gmtime(static_cast<std::time_t>(time / 1000)); }

struct Day {
  int year;
  int month;
  int day;
};

/// Days come from the store as "2026-11-23"; anything else is a fault of this program.
Day ParseDay(std::string_view iso) {
  const auto number = [&](std::size_t at, std::size_t length) {
    return std::stoi(std::string(iso.substr(at, length)));
  };
  return {number(0, 4), number(5, 2), number(8, 2)};
}

}  // namespace

std::string FormatInteger(Language language, std::int64_t number) {
  return Localise(language, fmt::format("{}", number));
}

std::string FormatNumber(Language language, double number, int decimals) {
  return Localise(language, fmt::format("{:.{}f}", number, decimals));
}

std::string FormatMoney(Language language, Money amount) { return Localise(language, amount.ToString()); }

std::string FormatPercent(Language language, double fraction) {
  const double percent = fraction * 100;
  const std::string number = FormatNumber(language, percent, std::abs(percent - std::round(percent)) < 0.05 ? 0 : 1);
  return language == Language::kFrench ? fmt::format("{}{}%", number, kNarrowSpace) : number + "%";
}

std::string FormatMilliseconds(Language language, double milliseconds) {
  const int decimals = milliseconds < 10 ? 2 : milliseconds < 100 ? 1 : 0;
  return fmt::format("{}{}ms", FormatNumber(language, milliseconds, decimals), kSpace);
}

std::string FormatBytes(Language language, std::int64_t bytes) {
  constexpr std::array<std::string_view, 5> kEnglish{"B", "kB", "MB", "GB", "TB"};
  constexpr std::array<std::string_view, 5> kFrench{"o", "ko", "Mo", "Go", "To"};
  auto size = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; size >= 999.5 && unit + 1 < kEnglish.size(); ++unit) size /= 1000;
  const int decimals = unit > 0 && size < 10 ? 1 : 0;
  return fmt::format("{}{}{}", FormatNumber(language, size, decimals), kSpace,
                     language == Language::kFrench ? kFrench.at(unit) : kEnglish.at(unit));
}

std::string FormatSpan(Language language, std::chrono::seconds span) {
  const auto seconds = span.count();
  const std::string_view day = language == Language::kFrench ? "j" : "d";
  if (seconds < 60) return fmt::format("{}{}s", seconds, kSpace);
  if (seconds < 3600) return fmt::format("{}{}min", seconds / 60, kSpace);
  if (seconds < 86400) return fmt::format("{}{}h {}{}min", seconds / 3600, kSpace, seconds / 60 % 60, kSpace);
  return fmt::format("{}{}{} {}{}h", Localise(language, fmt::format("{}", seconds / 86400)), kSpace, day,
                     seconds / 3600 % 24, kSpace);
}

std::string FormatDate(Language language, UnixMillis time) {
  const std::tm utc = UtcOf(time);
  return fmt::format("{} {} {}", utc.tm_mday, MonthName(language, utc.tm_mon + 1), utc.tm_year + 1900);
}

std::string FormatDateTime(Language language, UnixMillis time) {
  return fmt::format("{}, {:%H:%M}", FormatDate(language, time), UtcOf(time));
}

std::string FormatClock(UnixMillis time) { return fmt::format("{:%H:%M:%S}", UtcOf(time)); }

std::string FormatIso(UnixMillis time) { return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", UtcOf(time)); }

std::string FormatDay(Language language, std::string_view iso_day) {
  const Day day = ParseDay(iso_day);
  return fmt::format("{} {} {}", day.day, MonthName(language, day.month), day.year);
}

std::string FormatShortDay(Language language, std::string_view iso_day) {
  const Day day = ParseDay(iso_day);
  return fmt::format("{} {}", day.day, MonthName(language, day.month));
}

std::string FormatTick(Language language, double number) {
  const auto shortened = [&](double value, std::string_view unit) {
    const int decimals = value == std::round(value) ? 0 : std::abs(value * 10 - std::round(value * 10)) < 1e-6 ? 1 : 2;
    return FormatNumber(language, value, decimals) + std::string(unit);
  };
  if (number >= 1e9) return shortened(number / 1e9, language == Language::kFrench ? "\u202fMd" : "B");
  if (number >= 1e6) return shortened(number / 1e6, language == Language::kFrench ? "\u202fM" : "M");
  if (number >= 1e4) return shortened(number / 1e3, language == Language::kFrench ? "\u202fk" : "k");
  return shortened(number, "");
}

}  // namespace demo::http::pages
