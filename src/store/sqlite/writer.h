#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "store/sqlite/connection.h"

namespace demo::sqlite {

/// The one thread that writes. It takes all operations that wait, runs each in a savepoint of one transaction and
/// acknowledges them after that transaction's one fsync; so a hundred writers at once pay for one.
///
/// Thread-safe. On destruction it finishes what it has accepted and empties the write-ahead log.
class Writer {
 public:
  struct Limits {
    std::size_t queue;
    std::chrono::milliseconds deadline;
    int checkpoint_pages;
  };
  struct Hooks {
    /// Whether the files are where they should be: asked before each transaction and again before it is acknowledged.
    std::function<Result<void>()> check;
    /// Runs at the end of each transaction; when it fails the transaction stands.
    std::function<Result<void>(Connection&)> chore;
  };
  enum class Kind {
    kUsual,
    /// Removes records: runs in a transaction of its own, because a savepoint would keep a copy of all that it changes
    /// in memory, and is acknowledged when the log, which has what was removed, is empty too. Readers may put that off.
    kClears,
  };

  Writer(std::unique_ptr<Connection> connection, Limits limits, Hooks hooks);
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  ~Writer();

  /// Runs `operation` on the writing connection and returns its result once that is on disk; what a failed operation
  /// changed is undone. `operation` owns what it uses: it may run after this call has ended in Timeout.
  /// Errors: those of `operation`; Unavailable (too many wait, or the commit failed: outcome unknown); Timeout (outcome
  /// unknown); Internal (it threw; nothing else is harmed).
  template <typename T>
  Result<T> Run(std::function<Result<T>(Connection&)> operation, Kind kind = Kind::kUsual) {
    const auto value = std::make_shared<std::optional<T>>();
    auto outcome = RunAndWait(
        [value, operation = std::move(operation)](Connection& connection) -> Result<void> {
          auto result = operation(connection);
          if (!result) return Fail(std::move(result.error()));
          *value = std::move(*result);
          return {};
        },
        kind);
    if (!outcome) return Fail(std::move(outcome.error()));
    return *std::move(*value);
  }

 private:
  using Operation = std::function<Result<void>(Connection&)>;
  struct Job {
    enum class State { kWaiting, kTaken, kDone };
    Operation operation;
    Kind kind = Kind::kUsual;
    Result<void> outcome;
    State state = State::kWaiting;
    std::condition_variable done;
  };
  using Jobs = std::vector<std::shared_ptr<Job>>;
  using Group = std::span<const std::shared_ptr<Job>>;

  Result<void> RunAndWait(Operation operation, Kind kind);
  void Serve();
  /// Waits for work, for as long as no checkpoint is due. False at the end.
  bool Take(Jobs& jobs);
  Result<void> Execute(std::string_view sql);
  void RunGroup(Group group);
  Result<void> RunTransaction(Group group);
  Result<void> RunTogether(Group group);
  Result<void> RunAlone(Job& job);
  Result<void> RunOperation(Job& job);
  Result<void> RunChore();
  void Abandon(Group group, std::string_view cause) noexcept;
  void Complete(Group group);
  void Checkpoint();
  void NoteHealth(const Result<void>& committed);

  const std::unique_ptr<Connection> connection_;
  const Limits limits_;
  const Hooks hooks_;

  std::mutex mutex_;
  std::condition_variable work_;
  Jobs queue_;
  bool stopping_ = false;

  // The writing thread's own.
  bool failing_ = false;
  bool log_holds_cleared_ = true;  // perhaps: a process that was killed may have left it
  bool log_stays_ = false;
  SteadyTime next_checkpoint_{};
  std::thread thread_;
};

}  // namespace demo::sqlite
