#pragma once

#include <functional>
#include <mutex>
#include <optional>

#include "base/clock.h"
#include "mongo/connection.h"
#include "store/store.h"

namespace demo::mongo {

/// Asks the servers what they are, at most once a second however many ask. Thread-safe.
class TopologyReader {
 public:
  using Connect = std::function<Result<Connection>()>;

  /// What was read within the last second, or now. A part that cannot be read is absent; only a store that does not
  /// answer at all is an error.
  Result<Topology> Read(const Connect& connect);

 private:
  std::timed_mutex mutex_;
  // Under mutex_.
  std::optional<Result<Topology>> last_;
  SteadyTime last_at_{};
};

}  // namespace demo::mongo
