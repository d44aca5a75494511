#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace demo {

struct HealthOptions {
  std::chrono::milliseconds interval{1000};
  std::chrono::milliseconds max_age{3000};  ///< A good look older than this counts no more.
};

struct HealthCheck {
  std::string name;
  bool ok = false;
  UnixMillis since = 0;  ///< Since when `ok` is what it is.
  std::string detail;    ///< Why not, or empty.
};

struct Readiness {
  enum class Status { kReady, kDraining, kUnavailable };
  Status status = Status::kUnavailable;
  std::vector<HealthCheck> checks;
};

/// Looks at the store every second on a thread of its own, so that /readyz answers at once from the last look, also
/// when the store hangs: one look at a time, and one that hangs makes the last good one old.
class HealthMonitor {
 public:
  /// `ping` is called at once and then each interval, never by two threads. It must end within the store's deadline.
  explicit HealthMonitor(std::function<Result<void>()> ping, HealthOptions options = {});
  /// Waits for the look that is under way.
  ~HealthMonitor();

  /// Thread-safe; never waits for a look.
  Readiness Current() const;
  /// From now on not ready, for good. Thread-safe.
  void BeginDrain();
  /// From now on no look is begun. Thread-safe; does not wait for the one that is under way.
  void EndLooks() { thread_.request_stop(); }

 private:
  void Run(const std::stop_token& stop);
  void Note(const Result<void>& look);

  const std::function<Result<void>()> ping_;
  const HealthOptions options_;
  std::atomic<bool> draining_{false};
  mutable std::mutex mutex_;
  std::condition_variable_any wake_;
  // Under mutex_.
  bool looked_ = false;
  bool ok_ = false;
  std::string detail_ = "not looked at yet";
  UnixMillis since_;
  SteadyTime last_good_{};
  std::jthread thread_;
};

}  // namespace demo
