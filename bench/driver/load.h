#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "request_plan.h"

namespace bench {

struct LoadOptions {
  std::uint16_t port = 0;
  int connections = 64;
  double seconds = 3;          ///< No request is due later than that.
  std::uint64_t requests = 0;  ///< Begins no more than that; 0 for no such limit.
  double rate = 0;             ///< Requests a second, begun on schedule (open loop); 0: each after the answer before.
  double drain_seconds = 5;    ///< How long to wait for the last answers.
};

/// What was seen. Latencies are nanoseconds; in an open loop they count from the moment a request was *due*, so that a
/// stalled server is not excused from the requests that it kept from being sent.
struct LoadResult {
  std::array<std::uint64_t, 600> status{};
  std::vector<std::int64_t> accepted;  ///< Latencies of the answers below 400.
  std::vector<std::int64_t> rejected;  ///< Latencies of the 503s, counted from when the request was *sent*.
  std::uint64_t broken = 0;            ///< Requests whose connection ended before the answer.
  std::uint64_t never_sent = 0;        ///< Due, but no connection was free before the last deadline.
  std::uint64_t unanswered = 0;        ///< Still under way when the last deadline passed.
  std::uint64_t bytes = 0;
  std::array<std::int64_t, 600>
      longest_gap{};   ///< Nanoseconds between two answers of one status, or to an end of the run.
  double seconds = 0;  ///< From the first request begun to the last one answered.
};

/// Drives 127.0.0.1:`port` on this thread. Exits with a reason when nothing listens there.
LoadResult Drive(const LoadOptions& options, RequestPlan& plan);

}  // namespace bench
