#pragma once

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "store/sqlite/connection.h"

namespace demo::sqlite {

/// A bounded set of read-only connections, opened when first needed. Thread-safe.
class Readers {
 public:
  struct Limits {
    int connections;
    std::chrono::milliseconds deadline;
  };
  /// `check` tells whether `file` is still the one that it was.
  Readers(std::filesystem::path file, Limits limits, std::function<Result<void>()> check)
      : file_(std::move(file)), limits_(limits), check_(std::move(check)) {}

  /// Runs `read` on a connection with one snapshot of the data for all its statements.
  /// Errors: those of `read`; Timeout (no connection came free, or `read` took too long); Unavailable (a
  /// further connection is needed, and the file is not where it was).
  template <typename Read>
  auto Run(Read read) -> decltype(read(std::declval<Connection&>())) {
    auto lease = Take();
    if (!lease) return Fail(lease.error());
    Connection& connection = **lease;
    if (auto begun = connection.Prepare("BEGIN").Run(); !begun) return Fail(begun.error());
    return read(connection);
  }

 private:
  struct GiveBack {
    Readers* readers;
    void operator()(Connection* connection) const { readers->Return(connection); }
  };
  using Lease = std::unique_ptr<Connection, GiveBack>;

  Result<Lease> Take();
  void Return(Connection* connection);

  const std::filesystem::path file_;
  const Limits limits_;
  const std::function<Result<void>()> check_;
  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<std::unique_ptr<Connection>> idle_;  // the last used one, whose caches are warm, is taken first
  int open_ = 0;
};

}  // namespace demo::sqlite
