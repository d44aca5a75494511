#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <iosfwd>

#include "store/store.h"

namespace demo {

struct LoadOptions {
  std::int64_t users = 1;   ///< At least 1.
  std::int64_t orders = 0;  ///< At least 0.
  std::uint64_t seed = 1;
  /// The day after the last order. Fixed, so that the same command gives the same data and is resumed on any day.
  std::chrono::sys_days end = std::chrono::year(2026) / 11 / 1;
};

/// Adds users and orders of the two years before `options.end` to `store`, the same ones for the same options, and says
/// on `out` how far it is (a bar when `terminal`). After each part it looks at `stop`, and ends there when it is set;
/// the same options go on where the run before ended, however that was. Returns the exit status: 0 all of it is stored,
/// 1 stopped or failed.
int RunLoad(Store& store, const LoadOptions& options, std::ostream& out, bool terminal, const std::atomic<bool>& stop);

/// Set by SIGINT and SIGTERM from now on; a second one ends the process at once.
const std::atomic<bool>& StopOnSignal();

}  // namespace demo
