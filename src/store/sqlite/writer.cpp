#include "store/sqlite/writer.h"

#include <algorithm>

#include "base/log.h"

namespace demo::sqlite {
namespace {

// From so many times the length at which a checkpoint is due, readers that always overlap keep the log from starting
// anew, and the writer waits for a moment without them.
constexpr int kWaitForReaders = 8;
constexpr std::chrono::seconds kCheckpointRetry{1};

std::unexpected<Error> Busy() { return Fail(ErrorCode::kUnavailable, "The store has too many writes waiting."); }

}  // namespace

Writer::Writer(std::unique_ptr<Connection> connection, Limits limits, Chore chore)
    : connection_(std::move(connection)), limits_(limits), chore_(std::move(chore)), thread_([this] { Serve(); }) {}

Writer::~Writer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  work_.notify_one();
  thread_.join();
}

Result<void> Writer::RunAndWait(Operation operation) {
  const auto deadline = SteadyClock::now() + limits_.deadline;
  const auto job = std::make_shared<Job>();
  job->operation = std::move(operation);
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
  for (Group group = TakeGroup(); !group.empty(); group = TakeGroup()) {
    RunGroup(group);
    Complete(group);
    group.clear();
    Checkpoint();
  }
}

Writer::Group Writer::TakeGroup() {
  std::unique_lock lock(mutex_);
  work_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
  Group group(queue_.begin(), queue_.end());
  queue_.clear();
  for (const auto& job : group) job->state = Job::State::kTaken;
  return group;
}

Result<void> Writer::Execute(std::string_view sql) { return connection_->Prepare(sql).Run(); }

void Writer::RunGroup(const Group& group) {
  auto committed = Execute("BEGIN IMMEDIATE");
  if (committed) committed = group.size() == 1 ? RunAlone(*group.front()) : RunTogether(group);
  if (committed && connection_->InTransaction()) committed = Execute("COMMIT");
  if (!committed && connection_->InTransaction()) (void)Execute("ROLLBACK");
  NoteHealth(committed);
  if (committed) return;
  // Also the operations that had failed by themselves: they may have seen what was then undone.
  for (const auto& job : group) job->outcome = Fail(Error{ErrorCode::kUnavailable, committed.error().message, {}});
}

/// Fails when the transaction as a whole is lost, as the next one does.
Result<void> Writer::RunTogether(const Group& group) {
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
  job.outcome = job.operation(*connection_);
  if (connection_->InTransaction()) return {};
  // On a full disk or an I/O error SQLite may undo the whole transaction by itself.
  if (!job.outcome) return job.outcome;
  return Fail(ErrorCode::kUnavailable, "The store undid the write.");
}

Result<void> Writer::RunChore() {
  auto done = chore_(*connection_);
  return connection_->InTransaction() ? Result<void>() : done;
}

void Writer::Complete(const Group& group) {
  {
    const std::lock_guard lock(mutex_);
    for (const auto& job : group) job->state = Job::State::kDone;
  }
  for (const auto& job : group) job->done.notify_one();  // outside: who wakes would only wait for the lock
}

void Writer::Checkpoint() {
  const int pages = connection_->WalPages();
  if (pages < limits_.checkpoint_pages || SteadyClock::now() < next_checkpoint_) return;
  const auto done = connection_->Checkpoint(pages >= kWaitForReaders * limits_.checkpoint_pages);
  if (done) return;
  // Nothing is lost: the log keeps what the database lacks, and grows until this succeeds.
  log::Warning("cannot move the store's log into its database", {{"reason", done.error().message}});
  next_checkpoint_ = SteadyClock::now() + kCheckpointRetry;
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
