#include "store/sqlite/readers.h"

namespace demo::sqlite {
namespace {

// Each commit of the writer empties a reader's cache, so a large one would only cost memory.
constexpr int kCacheKib = 512;

}  // namespace

Result<Readers::Lease> Readers::Take() {
  const auto deadline = SteadyClock::now() + limits_.deadline;
  std::unique_lock lock(mutex_);
  const bool free =
      returned_.wait_until(lock, deadline, [this] { return !idle_.empty() || open_ < limits_.connections; });
  if (!free) return Fail(ErrorCode::kTimeout, "The store has too many reads waiting.");
  Lease lease(nullptr, GiveBack{this});
  if (!idle_.empty()) {
    lease.reset(idle_.back().release());
    idle_.pop_back();
  } else {
    ++open_;
    lock.unlock();
    auto opened = Connection::Open(file_, Connection::Access::kReadOnly, kCacheKib);
    if (auto same = check_(); !same) opened = Fail(same.error());  // what was opened may be another store
    if (!opened) {
      Return(nullptr);
      return Fail(opened.error());
    }
    lease.reset(opened->release());
  }
  lease->SetDeadline(deadline);
  return lease;
}

void Readers::Return(Connection* connection) {
  std::unique_ptr<Connection> owned(connection);
  if (owned != nullptr) {
    owned->SetDeadline(SteadyTime::max());
    const bool ended = !owned->InTransaction() || owned->Prepare("COMMIT").Run().has_value();
    if (!ended) owned.reset();  // a connection that cannot end its snapshot would hold the log for ever
  }
  {
    const std::lock_guard lock(mutex_);
    if (owned != nullptr) {
      idle_.push_back(std::move(owned));
    } else {
      --open_;
    }
  }
  returned_.notify_one();
}

}  // namespace demo::sqlite
