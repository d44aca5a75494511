#pragma once

#include <atomic>
#include <future>
#include <mutex>

#include "base/clock.h"
#include "mongo/clients.h"
#include "mongo/connection.h"

namespace demo::mongo {

/// What has to be looked at and done once a server answers for the first time: its version, whether it is a router, and
/// the indexes of collections.h. Thread-safe.
class FirstContact {
 public:
  /// Indexes are built with `patient`, whose commands may take long. All must outlive this.
  FirstContact(Clients& clients, Clients& patient) : clients_(clients), patient_(patient) {}

  /// Costs nothing once it has succeeded. A thread of its own tries, because indexes of much data take longer than
  /// anybody waits; a failure is everybody's for a second. Errors: Unavailable (no server, one older than 4.0, or not
  /// done at `deadline`), Timeout.
  Result<void> Ensure(SteadyTime deadline);
  /// The next Ensure looks and does everything again: what was made is gone.
  void Forget() { done_.store(false, std::memory_order_release); }

 private:
  struct Meeting {
    Result<void> result;
    SteadyTime at;  ///< When it was over.
  };
  Result<void> Meet();
  /// The meeting that is under way or counts still; a new one otherwise.
  std::shared_future<Meeting> Current();

  Clients& clients_;
  Clients& patient_;
  std::atomic<bool> done_{false};
  std::mutex mutex_;
  std::shared_future<Meeting> meeting_;  ///< Under mutex_. Waits for its thread at the end.
};

/// Makes the indexes of collections.h that are not there.
Result<void> CreateIndexes(Connection& connection);

}  // namespace demo::mongo
