#include "config/values.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <span>

#include "base/utf8.h"

namespace demo {
namespace {

struct Unit {
  std::string_view name;
  int times;
};

constexpr Unit kTimes[] = {{"s", 1}, {"m", 60}, {"h", 3600}};
constexpr Unit kSizes[] = {{"mib", 1}, {"mi", 1}, {"m", 1}, {"gib", 1024}, {"gi", 1024}, {"g", 1024}};

/// A number with or without one of `units`, which may be in capitals.
std::optional<std::int64_t> ReadWithUnit(std::string_view text, std::span<const Unit> units, int least, int most) {
  const std::string lower = LowerCase(text);
  const std::size_t digits = std::min(lower.find_first_not_of("0123456789"), lower.size());
  std::int64_t times = 1;
  if (digits < lower.size()) {
    const auto unit = std::ranges::find(units, std::string_view(lower).substr(digits), &Unit::name);
    if (unit == units.end()) return std::nullopt;
    times = unit->times;
  }
  const auto number = ReadNumber<std::int64_t>(text.substr(0, digits), 0, most);
  if (!number || *number * times < least || *number * times > most) return std::nullopt;
  return *number * times;
}

std::string_view BlankAt(char c, bool begin) {
  if (c == '\n' || c == '\r') return begin ? "begins with a line end" : "ends with a line end";
  if (c == '\t') return begin ? "begins with a tab" : "ends with a tab";
  if (c == ' ') return begin ? "begins with a space" : "ends with a space";
  return {};
}

}  // namespace

bool IsName(std::string_view text, std::size_t longest) {
  return !text.empty() && text.size() <= longest &&
         std::ranges::all_of(text, [](unsigned char c) { return std::isalnum(c) || c == '-' || c == '_' || c == '.'; });
}

std::string LowerCase(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

std::optional<std::chrono::seconds> ReadSeconds(std::string_view text, int least, int most) {
  const auto seconds = ReadWithUnit(text, kTimes, least, most);
  return seconds ? std::optional(std::chrono::seconds(*seconds)) : std::nullopt;
}

std::optional<std::size_t> ReadMebibytes(std::string_view text, int most) {
  const auto size = ReadWithUnit(text, kSizes, 0, most);
  return size ? std::optional(static_cast<std::size_t>(*size)) : std::nullopt;
}

std::string_view Flaw(std::string_view value) {
  if (value.empty()) return {};
  if (const auto blank = BlankAt(value.back(), false); !blank.empty()) return blank;
  if (const auto blank = BlankAt(value.front(), true); !blank.empty()) return blank;
  if (std::ranges::any_of(value, [](unsigned char c) { return std::iscntrl(c) != 0; })) {
    return "has a control character";
  }
  return IsUtf8(value) ? "" : "is not UTF-8";
}

std::string Shown(std::string_view value) {
  // "redis://:password@host", "redis://host?password=…", and whatever else somebody takes for an address.
  if (value.find_first_of("@?") != std::string_view::npos) return "a value that is not shown";
  constexpr std::size_t kLongest = 80;
  std::string out;
  for (const char c : value.substr(0, kLongest)) out += std::isprint(static_cast<unsigned char>(c)) ? c : '?';
  return fmt::format("\"{}{}\"", out, value.size() > kLongest ? "..." : "");
}

}  // namespace demo
