#pragma once

#include <atomic>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "mongo/document.h"
#include "mongo/handles.h"
#include "mongo/host_watch.h"
#include "mongo/uri.h"

namespace demo::mongo {

/// The clients of one deployment: a thread that asks gets one and keeps it for life, so that nobody waits for a client
/// and nobody shares one. Thread-safe.
///
/// A thread gives its client back when it ends, or when it asks another Clients. It holds a share of this object until
/// then, so a thread may outlive whoever made it.
///
/// The hosts behind a mongodb+srv:// name are looked up every limits::kLookUp. Are there new ones, threads get clients
/// that know them when they ask next.
///
/// Each command that a thread sends is counted in its store_work.
class Clients : public std::enable_shared_from_this<Clients> {
 public:
  /// Sees every command as it is sent, on the thread that sends it: for tests.
  using Watch = std::function<void(std::string_view name, const View& command)>;

  static std::shared_ptr<Clients> Make(UriHandle uri, Watch watch = {});
  ~Clients();
  Clients(const Clients&) = delete;
  Clients& operator=(const Clients&) = delete;

  /// The calling thread's client; valid on this thread until it asks again. Does not connect.
  /// Waits until `deadline` at most. Errors: Unavailable (mongodb+srv: the name cannot be resolved, or not by then).
  Result<mongoc_client_t*> OfThisThread(SteadyTime deadline);

  /// Of a server that belongs to another replica set than the URI names: which is which. The driver forgets such a
  /// server for good, so whoever finds this makes it StartAfresh. Empty where there was none.
  [[nodiscard]] std::string WrongSet() const;
  /// Forgets all that was learned of the servers; threads get new clients when they ask next.
  void StartAfresh();

  [[nodiscard]] const mongoc_uri_t* uri() const { return uri_.get(); }
  [[nodiscard]] std::string database() const { return DatabaseOf(uri_.get()); }

  /// Set by whoever has asked a server: from then on store_work says how far commands go.
  void set_sharded(bool sharded) { sharded_.store(sharded, std::memory_order_relaxed); }
  [[nodiscard]] bool sharded() const { return sharded_.load(std::memory_order_relaxed); }

 private:
  struct Lease;
  using SharedPool = std::shared_ptr<mongoc_client_pool_t>;

  Clients(UriHandle uri, Watch watch);
  Result<SharedPool> Pool(SteadyTime deadline);
  /// On a thread of its own, because a resolver may take minutes.
  std::shared_future<Result<SharedPool>> BeginPool();
  Result<SharedPool> FirstPool();
  [[nodiscard]] Result<SharedPool> NewPool();
  /// Before the first pool is made. Where the name stands for hosts, for what it found.
  Result<std::optional<HostNames>> KnownHosts() const;
  /// True when threads get clients that know them.
  bool MeetNewHosts();
  void SetCallbacks(mongoc_client_pool_t* pool);
  static void OnServerChanged(const mongoc_apm_server_changed_t* event);
  static void OnStarted(const mongoc_apm_command_started_t* event);
  static void OnFailed(const mongoc_apm_command_failed_t* event);

  const UriHandle uri_;
  const Watch watch_;
  std::atomic<bool> sharded_{false};
  std::atomic<int> generation_{0};  ///< Raised by StartAfresh: older leases count no more.
  mutable std::mutex mutex_;
  // Under mutex_.
  SharedPool pool_;  ///< Made at the first call, because the name of a mongodb+srv is resolved by then.
  std::shared_future<Result<SharedPool>> making_;  ///< Valid while it is made.
  std::string wrong_set_;
  std::optional<HostWatch> hosts_;  ///< Of a mongodb+srv. Last: it uses all of the above.
};

}  // namespace demo::mongo
