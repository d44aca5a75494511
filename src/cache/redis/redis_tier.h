#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "base/metrics.h"
#include "base/shared_register.h"
#include "cache/redis/agreement.h"
#include "cache/redis/options.h"
#include "cache/redis/pool.h"
#include "cache/redis/session.h"
#include "cache/shared_tier.h"

namespace demo {
class ResponseCache;
}

namespace demo::redis {

class Watch;

/// The shared tier in Redis. What lies there: the generations in one hash, the answers under keys that begin with
/// master_replid and with the epoch of that hash, and a channel that carries raises.
///
/// Redis down at the start, or later, is nothing that has to be reported to a caller: the tier looks for it in the
/// background for as long as it lives. docs/adr/0007.
class RedisTier final : public SharedTier {
 public:
  /// Becomes the tier of `cache`, which must outlive this. `store_register` may be null: this process is alone then.
  RedisTier(const RedisOptions& options, ResponseCache& cache, SharedRegister* store_register);
  ~RedisTier() override;

  /// Waits until the tier is in use and trusted, for `longest` at most: what a start does, so that its first changes
  /// are heard. True when it is.
  bool AwaitUse(std::chrono::milliseconds longest) const;

  std::vector<Answer> Find(std::span<const Wanted> wanted) override;
  void Store(const std::string& key, const StoredResponse& response, const Generations::Slots& slots,
             const Stamp& stamp, std::chrono::milliseconds ttl) override;
  void Raise(std::span<const Generations::Slot> slots) override;
  SharedTierStatus Status() const override;
  SharedTierCounts Counts() const override;

 private:
  friend class Watch;

  /// How a call of a worker ended.
  enum class Call : std::uint8_t { kFind, kStore, kRaise };

  // For workers.
  std::shared_ptr<const Session> InUse() const;
  Result<std::vector<Reply>> Run(const std::shared_ptr<const Session>& session, const Commands& commands,
                                 SteadyTime deadline);
  std::vector<Answer> Look(const std::shared_ptr<const Session>& session, std::span<const Wanted> wanted);
  bool RaiseInRedis(std::span<const Generations::Slot> slots);
  Result<void> RaiseAt(const std::shared_ptr<const Session>& session, std::span<const Generations::Slot> slots);
  void OweLocked(std::span<const Generations::Slot> slots);
  void Open(const std::shared_ptr<const Session>& session, const std::string& reason);
  std::string Prefix(const Session& session) const;

  // For the watch.
  void AddRaise(Commands& commands, std::span<const Generations::Slot> slots) const;
  /// `replies` are those to what AddRaise adds.
  static Result<void> CheckRaise(const Session& session, std::span<const Reply> replies);
  /// True where workers use `session` from now on; false while a raise is owed that must be delivered before.
  bool Adopt(const std::shared_ptr<const Session>& session);
  void Drop(const std::string& reason);
  bool IsUsed() const;
  void SetHalfOpen();
  std::vector<Generations::Slot> TakeOwed();
  void Owe(std::span<const Generations::Slot> slots);
  void OnMessage(std::string_view message);
  void Heard(SteadyTime until);
  void ForgetAll();
  void UpdateTrust();

  const RedisOptions options_;
  const Names names_;
  const std::string origin_;  ///< Tells this process' raises from others'; random.
  ResponseCache& cache_;

  mutable std::mutex mutex_;
  std::shared_ptr<const Session> session_;  ///< Null: the breaker is not closed.
  std::set<Generations::Slot> owed_;        ///< Raises that may not have reached Redis.
  SharedTierStatus status_;

  std::mutex trust_mutex_;
  SteadyTime heard_until_{};
  std::int64_t version_ = -1;  ///< Of the agreement, that all that is kept belongs to.
  std::atomic<std::int64_t> version_shown_{-1};
  std::atomic<SteadyClock::duration> trusted_until_{};

  struct Counters {
    metrics::SharedCounter hits, misses, errors, skipped, stored, oversized, unraised;
    std::array<metrics::DurationHistogram<metrics::SharedCounter>, 3> durations;
  } counters_;

  Pool pool_;
  Agreement agreement_;
  std::unique_ptr<Watch> watch_;  ///< Last: its thread uses all of the above.
};

}  // namespace demo::redis
