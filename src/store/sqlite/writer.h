#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
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
  using Chore = std::function<Result<void>(Connection&)>;

  /// `chore` runs at the end of each transaction; when it fails the transaction stands.
  Writer(std::unique_ptr<Connection> connection, Limits limits, Chore chore);
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  ~Writer();

  /// Runs `operation` on the writing connection and returns its result once that is on disk; what a failed operation
  /// changed is undone. `operation` owns what it uses: it may run after this call has ended in Timeout.
  /// Errors: those of `operation`; Unavailable (too many wait, or the commit failed: outcome unknown); Timeout (outcome
  /// unknown).
  template <typename T>
  Result<T> Run(std::function<Result<T>(Connection&)> operation) {
    const auto value = std::make_shared<std::optional<T>>();
    auto outcome = RunAndWait([value, operation = std::move(operation)](Connection& connection) -> Result<void> {
      auto result = operation(connection);
      if (!result) return Fail(std::move(result.error()));
      *value = std::move(*result);
      return {};
    });
    if (!outcome) return Fail(std::move(outcome.error()));
    return *std::move(*value);
  }

 private:
  using Operation = std::function<Result<void>(Connection&)>;
  struct Job {
    enum class State { kWaiting, kTaken, kDone };
    Operation operation;
    Result<void> outcome;
    State state = State::kWaiting;
    std::condition_variable done;
  };
  using Group = std::vector<std::shared_ptr<Job>>;

  Result<void> RunAndWait(Operation operation);
  void Serve();
  Group TakeGroup();
  Result<void> Execute(std::string_view sql);
  void RunGroup(const Group& group);
  Result<void> RunTogether(const Group& group);
  Result<void> RunAlone(Job& job);
  Result<void> RunOperation(Job& job);
  Result<void> RunChore();
  void Complete(const Group& group);
  void Checkpoint();
  void NoteHealth(const Result<void>& committed);

  const std::unique_ptr<Connection> connection_;
  const Limits limits_;
  const Chore chore_;

  std::mutex mutex_;
  std::condition_variable work_;
  std::deque<std::shared_ptr<Job>> queue_;
  bool stopping_ = false;

  bool failing_ = false;          // the writing thread's own
  SteadyTime next_checkpoint_{};  // the writing thread's own
  std::thread thread_;
};

}  // namespace demo::sqlite
