#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "base/metrics.h"
#include "base/per_thread.h"
#include "http/server.h"

namespace demo::http {

/// What all requests so far add up to.
struct RequestTotals {
  std::uint64_t finished = 0;
  std::uint64_t server_errors = 0;  ///< As IsServerError says.
  std::uint64_t bytes_sent = 0;
  std::int64_t active = 0;                  ///< Taken from a connection and not yet finished.
  std::array<std::uint64_t, 5> by_cache{};  ///< By CacheResult.
  metrics::FineCounts durations{};          ///< Event streams left out: they last as long as somebody looks.
};

/// Whether an answer of `status` is the service's fault: of those from 500 on, 501 and 505 tell a client that it asked
/// for a method or a version that nobody here speaks.
bool IsServerError(int status);

/// Counts requests. Each loop writes counters of its own, so that counting takes no lock, no locked instruction and no
/// cache line from another loop, and allocates only where a loop meets a combination of labels for the first time.
///
/// Labels are bounded whatever clients send: methods are those of enum Method or `_OTHER`, routes those of the table or
/// `unmatched`, and a status that this program never sends is `_OTHER`.
class RequestMetrics {
 public:
  /// `routes` are the route table's templates, by index.
  explicit RequestMetrics(std::vector<std::string_view> routes);
  ~RequestMetrics();

  /// On the loops' threads: each request starts once and finishes once. A refused exchange only finishes.
  void OnStarted(const Request& request);
  void OnFinished(const Exchange& exchange, std::uint16_t route);

  /// Thread-safe.
  RequestTotals Totals() const;
  void Collect(metrics::Families& families) const;

 private:
  struct LoopCounters;

  void CollectDurations(metrics::Families& families) const;
  void CollectActive(metrics::Families& families) const;
  void CollectQueueWait(metrics::Families& families) const;

  const std::vector<std::string_view> routes_;
  PerThread<LoopCounters> loops_;
};

}  // namespace demo::http
