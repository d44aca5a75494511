#pragma once

#include <array>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/metrics.h"

namespace demo {

/// What the live numbers are made of: sums since the start, and what is so at this moment.
struct LiveCounters {
  std::uint64_t requests = 0;
  std::uint64_t errors = 0;  ///< Answers that are the service's fault: from 500 on, without 501 and 505.
  std::uint64_t cache_hits = 0;
  std::uint64_t cache_lookups = 0;  ///< Requests of routes that are cached.
  std::uint64_t rejected = 0;       ///< Turned away with 503 because the queue was full.
  std::uint64_t store_reads = 0;
  std::uint64_t store_writes = 0;
  metrics::FineCounts durations{};

  std::int64_t in_flight = 0;
  std::int64_t queue_depth = 0;
  std::int64_t connections = 0;

  /// One number for each thing that pages refetch when it changes: it never falls, and rises with each change.
  std::vector<std::pair<std::string_view, std::uint64_t>> generations;
};

/// One second of the service.
struct LiveSecond {
  UnixMillis time = 0;
  double requests_per_second = 0;
  double errors_per_second = 0;
  double rejected_per_second = 0;
  double store_reads_per_second = 0;
  double store_writes_per_second = 0;
  double p50_ms = 0;  ///< Of this second's answers; 0 where there were none.
  double p99_ms = 0;
  double hit_rate = -1;  ///< 0 to 1; -1 where nothing was looked up.
  std::int64_t in_flight = 0;
  std::int64_t queue_depth = 0;
  std::int64_t connections = 0;
};

/// What happened between two readings of the counters that are `seconds` apart. Pure.
LiveSecond Between(const LiveCounters& before, const LiveCounters& after, double seconds);
/// {"time":1763870550123,"rps":812,"errors":0,...}; what is unknown is null. Pure.
std::string ToJson(const LiveSecond& second);

struct LiveOptions {
  std::chrono::milliseconds interval{1000};
  std::size_t history = 60;
};

/// Reads the counters every second, keeps the last minute, and gives it to whoever watches.
class LiveStats {
 public:
  struct Hooks {
    std::function<LiveCounters()> read;
    std::function<int()> watchers;                                    ///< Server::open_event_streams.
    std::function<void(std::shared_ptr<const std::string>)> publish;  ///< Server::Publish.
  };

  explicit LiveStats(LiveOptions options = {}) : options_(options) {}

  /// From now on each second in which somebody watches publishes "event: live" with ToJson of that second, and, when a
  /// generation rose, before it "event: changed" with {"tags":["users",...]}. Once. `hooks` are called by the thread
  /// that is returned: what they use must outlive it, and this object as well.
  [[nodiscard]] std::jthread Start(Hooks hooks);

  /// The last minute, oldest first. Thread-safe.
  std::vector<LiveSecond> History() const;

 private:
  void Run(const std::stop_token& stop);
  void Tick();

  const LiveOptions options_;
  Hooks hooks_;
  LiveCounters last_;
  SteadyTime last_time_;
  mutable std::mutex mutex_;
  std::condition_variable_any wake_;
  std::deque<LiveSecond> history_;  ///< Under mutex_.
};

}  // namespace demo
