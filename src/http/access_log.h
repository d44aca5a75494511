#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "http/server.h"

namespace demo::http {

struct AccessLogOptions {
  std::size_t ring_records = 4096;      ///< For each loop; 256 bytes a record, used only as far as they fill.
  std::chrono::milliseconds pause{20};  ///< Between two looks at the rings: 4096 in 20 ms are 200 000 a second.
};

/// One line for each request, written by a thread of its own: a loop only copies a record of fixed size into a ring
/// that nobody else writes. Where lines come faster than they can be written, the newest are left out, counted, and
/// told in the log once a second. Lines go where base/log.h writes, in its format.
///
/// Make one only where the log's level lets access lines through.
class AccessLog {
 public:
  /// `routes` are the route table's templates, by index.
  explicit AccessLog(std::vector<std::string_view> routes, const AccessLogOptions& options = {});
  /// Writes what is there, for at most a second: a reader that has stopped reading holds nobody up. After the loops.
  ~AccessLog();
  AccessLog(const AccessLog&) = delete;
  AccessLog& operator=(const AccessLog&) = delete;

  /// On the loops' threads. Allocates at a thread's first call only.
  void Note(const Exchange& exchange, std::uint16_t route);
  /// Thread-safe.
  std::uint64_t LostLines() const;

 private:
  struct State;
  const std::shared_ptr<State> state_;
};

}  // namespace demo::http
