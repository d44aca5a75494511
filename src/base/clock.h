#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace demo {

/// Deadlines and durations: never moved by a clock that is set.
using SteadyClock = std::chrono::steady_clock;
using SteadyTime = SteadyClock::time_point;

/// Milliseconds since 1970-01-01 UTC: what is stored and shown, never what a wait is measured with.
using UnixMillis = std::int64_t;

UnixMillis WallClockNow();

/// RFC 3339 in UTC with milliseconds: "2026-11-23T05:04:03.210Z". Pure.
std::string FormatUtc(UnixMillis time);

}  // namespace demo
