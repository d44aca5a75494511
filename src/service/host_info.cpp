#include "service/host_info.h"

#include <fmt/format.h>

#include <chrono>

#include "base/number.h"

namespace demo {
namespace {

constexpr std::string_view kVersion = "version ";
constexpr std::string_view kProcess = ", process ";
constexpr std::string_view kSince = ", since ";

/// What FormatUtc wrote.
std::optional<UnixMillis> ReadUtc(std::string_view text) {
  if (text.size() != FormatUtc(0).size()) return std::nullopt;
  const auto number = [&](std::size_t at, std::size_t length) {
    return ReadNumber(text.substr(at, length), 0, 9999).value_or(0);
  };
  const std::chrono::year_month_day date{std::chrono::year(number(0, 4)),
                                         std::chrono::month(static_cast<unsigned>(number(5, 2))),
                                         std::chrono::day(static_cast<unsigned>(number(8, 2)))};
  if (!date.ok()) return std::nullopt;
  const auto time = std::chrono::sys_days(date) + std::chrono::hours(number(11, 2)) +
                    std::chrono::minutes(number(14, 2)) + std::chrono::seconds(number(17, 2)) +
                    std::chrono::milliseconds(number(20, 3));
  const UnixMillis millis = std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
  return FormatUtc(millis) == text ? std::optional(millis) : std::nullopt;
}

}  // namespace

std::string WriteHostInfo(const HostInfo& info) {
  return fmt::format("{}{}{}{}{}{}", kVersion, info.version, kProcess, info.process, kSince, FormatUtc(info.started));
}

std::optional<HostInfo> ReadHostInfo(std::string_view text) {
  const auto process_at = text.find(kProcess);
  const auto since_at = text.find(kSince);
  if (!text.starts_with(kVersion) || since_at == std::string_view::npos || process_at >= since_at) return std::nullopt;
  const auto process_begin = process_at + kProcess.size();
  const auto process = ReadNumber(text.substr(process_begin, since_at - process_begin), 1LL, 1LL << 32);
  const auto started = ReadUtc(text.substr(since_at + kSince.size()));
  if (!process || !started) return std::nullopt;
  return HostInfo{std::string(text.substr(kVersion.size(), process_at - kVersion.size())), *process, *started};
}

}  // namespace demo
