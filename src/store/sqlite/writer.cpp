#include "store/sqlite/writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>

#include "base/log.h"

namespace demo::sqlite {
namespace {

// From so many times the length at which a checkpoint is due, readers that always overlap keep the log from starting
// anew, and the writer waits for a moment without them.
constexpr int kWaitForReaders = 8;
constexpr std::chrono::seconds kCheckpointRetry{1};
// What is cleared is overwritten, page by page: 2 s for 300 000 orders on a busy machine.
constexpr std::chrono::milliseconds kClearing = std::chrono::minutes(1);

std::unexpected<Error> Busy() { return Fail(ErrorCode::kUnavailable, "The store has too many writes waiting."); }

std::unexpected<Error> Threw(std::string_view cause) {
  return Fail(ErrorCode::kInternal, fmt::format("An exception while writing: {}", cause));
}

}  // namespace

Writer::Writer(std::unique_ptr<Connection> connection, Limits limits, Hooks hooks)
    : connection_(std::move(connection)), limits_(limits), hooks_(std::move(hooks)), thread_([this] { Serve(); }) {}

Writer::~Writer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  work_.notify_one();
  thread_.join();
  // SQLite ends by removing the log under its name, where another process' may be by now.
  if (!hooks_.check()) connection_->KeepLog();
}

Result<void> Writer::RunAndWait(Operation operation, Kind kind) {
  const auto deadline =
      SteadyClock::now() + (kind == Kind::kClears ? std::max(kClearing, limits_.deadline) : limits_.deadline);
  const auto job = std::make_shared<Job>();
  job->operation = std::move(operation);
  job->kind = kind;
  std::unique_lock lock(mutex_);
  if (queue_.size() >= limits_.queue) return Busy();
  queue_.push_back(job);
  work_.notify_one();
  if (job->done.wait_until(lock, deadline, [&] { return job->state == Job::State::kDone; })) return job->outcome;
  // What nobody waits for any more is not worth doing: this is what drains a queue that grew while the disk hung.
  if (job->state == Job::State::kWaiting) std::erase(queue_, job);
  return Fail(ErrorCode::kTimeout, "The store did not confirm the write within its deadline.");
}

void Writer::Serve() {
  const auto clears = [](const auto& job) { return job->kind == Kind::kClears; };
  for (Jobs jobs; Take(jobs); jobs.clear()) {
    for (Group rest = jobs; !rest.empty();) {
      const auto together = static_cast<std::size_t>(std::ranges::find_if(rest, clears) - rest.begin());
      const Group group = rest.first(std::max<std::size_t>(1, together));
      RunGroup(group);
      Complete(group);
      rest = rest.subspan(group.size());
    }
    try {
      Checkpoint();
    } catch (...) {  // no memory: it is tried again
      next_checkpoint_ = SteadyClock::now() + kCheckpointRetry;
    }
  }
}

bool Writer::Take(Jobs& jobs) {
  const auto ready = [this] { return stopping_ || !queue_.empty(); };
  std::unique_lock lock(mutex_);
  if (log_holds_cleared_) {
    work_.wait_until(lock, next_checkpoint_, ready);
  } else {
    work_.wait(lock, ready);
  }
  jobs.swap(queue_);  // needs no memory, so it cannot fail
  for (const auto& job : jobs) job->state = Job::State::kTaken;
  return !stopping_ || !jobs.empty();
}

Result<void> Writer::Execute(std::string_view sql) { return connection_->Prepare(sql).Run(); }

/// None of what is thrown here ends the thread, for which all others wait.
void Writer::RunGroup(Group group) {
  try {
    const auto committed = RunTransaction(group);
    NoteHealth(committed);
    if (!committed) {
      // Also the operations that had failed by themselves: they may have seen what was then undone.
      for (const auto& job : group) job->outcome = Fail(ErrorCode::kUnavailable, committed.error().message);
    } else if (group.front()->kind == Kind::kClears) {
      log_holds_cleared_ = true;
      next_checkpoint_ = {};
      Checkpoint();
    }
  } catch (const std::exception& fault) {
    Abandon(group, fault.what());
  } catch (...) {
    Abandon(group, "of an unknown type");
  }
}

Result<void> Writer::RunTransaction(Group group) {
  // One of its own never begins in what an exception left open.
  if (connection_->InTransaction()) (void)Execute("ROLLBACK");
  auto committed = hooks_.check();
  if (committed) committed = Execute("BEGIN IMMEDIATE");
  if (committed) committed = group.size() == 1 ? RunAlone(*group.front()) : RunTogether(group);
  if (committed && connection_->InTransaction()) committed = Execute("COMMIT");
  if (!committed && connection_->InTransaction()) (void)Execute("ROLLBACK");
  if (committed) committed = hooks_.check();
  return committed;
}

/// Fails when the transaction as a whole is lost, as the next one does.
Result<void> Writer::RunTogether(Group group) {
  for (const auto& job : group) {
    if (auto saved = Execute("SAVEPOINT operation"); !saved) return saved;
    if (auto kept = RunOperation(*job); !kept) return kept;
    if (!job->outcome) {
      if (auto undone = Execute("ROLLBACK TO operation"); !undone) return undone;
    }
    if (auto ended = Execute("RELEASE operation"); !ended) return ended;
  }
  return RunChore();
}

/// Without a savepoint, for which SQLite copies every page that a large operation changes.
Result<void> Writer::RunAlone(Job& job) {
  if (auto kept = RunOperation(job); !kept) return kept;
  return job.outcome ? RunChore() : Execute("ROLLBACK");
}

Result<void> Writer::RunOperation(Job& job) {
  try {
    job.outcome = job.operation(*connection_);
  } catch (const std::exception& fault) {
    job.outcome = Threw(fault.what());
  } catch (...) {
    job.outcome = Threw("of an unknown type");
  }
  if (connection_->InTransaction()) return {};
  // On a full disk or an I/O error SQLite may undo the whole transaction by itself.
  if (!job.outcome) return job.outcome;
  return Fail(ErrorCode::kUnavailable, "The store undid the write.");
}

Result<void> Writer::RunChore() {
  auto done = hooks_.chore(*connection_);
  return connection_->InTransaction() ? Result<void>() : done;
}

void Writer::Abandon(Group group, std::string_view cause) noexcept {
  for (const auto& job : group) job->outcome = std::unexpected(Error{});  // Internal; needs no memory
  try {
    for (const auto& job : group) job->outcome = Threw(cause);
    log::Error("an exception while writing", {{"cause", cause}});
    if (connection_->InTransaction()) (void)Execute("ROLLBACK");
  } catch (...) {  // no memory for that either: the next transaction begins with it
    failing_ = true;
  }
}

void Writer::Complete(Group group) {
  {
    const std::lock_guard lock(mutex_);
    for (const auto& job : group) job->state = Job::State::kDone;
  }
  for (const auto& job : group) job->done.notify_one();  // outside: who wakes would only wait for the lock
}

void Writer::Checkpoint() {
  const int pages = connection_->WalPages();
  const bool due = log_holds_cleared_ || pages >= limits_.checkpoint_pages;
  if (!due || SteadyClock::now() < next_checkpoint_) return;
  next_checkpoint_ = SteadyClock::now() + kCheckpointRetry;  // also where an exception follows
  auto done = hooks_.check();
  if (done) done = connection_->Checkpoint(log_holds_cleared_ || pages >= kWaitForReaders * limits_.checkpoint_pages);
  if (done) {
    log_holds_cleared_ = log_stays_ = false;
    next_checkpoint_ = {};
  } else if (!std::exchange(log_stays_, true)) {
    // Nothing is lost: the log keeps what the database lacks, and grows until this succeeds.
    log::Warning("cannot move the store's log into its database", {{"reason", done.error().message}});
  }
}

void Writer::NoteHealth(const Result<void>& committed) {
  if (failing_ == !committed.has_value()) return;
  failing_ = !failing_;
  if (failing_) {
    log::Error("writes fail; reads go on", {{"reason", committed.error().message}});
  } else {
    log::Info("writes succeed again");
  }
}

}  // namespace demo::sqlite
