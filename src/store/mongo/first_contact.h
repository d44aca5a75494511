#pragma once

#include <atomic>
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

  /// Costs nothing once it has succeeded. One thread tries, the others wait for it no longer than for any operation; a
  /// failure is everybody's for a second. Errors: Unavailable (no server, or one older than 4.0), Timeout.
  Result<void> Ensure();
  /// The next Ensure looks and does everything again: what was made is gone.
  void Forget() { done_.store(false, std::memory_order_release); }

 private:
  Result<void> Meet();

  Clients& clients_;
  Clients& patient_;
  std::atomic<bool> done_{false};
  std::timed_mutex mutex_;
  // Under mutex_.
  Result<void> last_{};
  SteadyTime last_at_{};
};

/// Makes the indexes of collections.h that are not there.
Result<void> CreateIndexes(Connection& connection);

}  // namespace demo::mongo
