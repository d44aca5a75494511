#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "cache/generations.h"
#include "cache/shared_tier.h"
#include "cache/stored_response.h"
#include "cache/tag.h"

namespace demo {

/// Names one answer: the target as received, and the language where there is a copy for each.
struct CacheKey {
  std::string_view target;
  std::string_view language = {};

  std::string ToString() const;  ///< Unambiguous: a target holds no line feed.
};

struct CacheOptions {
  std::size_t max_bytes = 64UL * 1024 * 1024;
  std::size_t max_entry_bytes = 1024UL * 1024;  ///< At most a sixteenth of `max_bytes`, which is a shard's part.
  std::chrono::seconds max_stale{600};          ///< How long past its lifetime an answer may stand in for the store.
};

/// How one request for a cached answer ended.
enum class CacheEvent : std::uint8_t { kHit, kMiss, kStale, kCoalesced };

struct CacheStats {
  std::int64_t entries = 0;  ///< That could be served now, as fresh or as stale.
  std::int64_t bytes = 0;    ///< With their keys and bookkeeping.
  std::int64_t hits = 0;
  std::int64_t misses = 0;
  std::int64_t stale = 0;
  std::int64_t coalesced = 0;
  std::int64_t evictions = 0;  ///< To make room; what died of age or of a write is not counted.
};

/// Ready answers: the first tier in the memory of this process, and where there is one a second that processes share.
///
/// An answer is found only while its lifetime lasts and the stamp under which its data was read vouches for it.
///
/// Thread-safe. Find takes one lock of sixteen for some fifty nanoseconds, allocates nothing and makes no system call.
/// FindShared, Store, the raises and Clear may wait for the shared tier, as its contract says: they are for workers.
class ResponseCache {
 public:
  struct Found {
    std::shared_ptr<const StoredResponse> response;
    std::int32_t ttl_seconds = 0;  ///< Left, rounded up; 0 or less when stale.
    bool stale = false;
    bool shared = false;  ///< From the shared tier.
  };

  /// What an answer was made of: taken before its data is read, and asked for again where it is kept.
  struct Reading {
    Generations::Stamp stamp;
    std::optional<SharedTier::Stamp> shared;  ///< Set by FindShared.
    std::int64_t shared_time = 0;             ///< Nanoseconds in the shared tier, added up by FindShared and Store.
  };

  explicit ResponseCache(const CacheOptions& options = {});
  ResponseCache(const ResponseCache&) = delete;
  ResponseCache& operator=(const ResponseCache&) = delete;

  /// Gives the cache its second tier, which must outlive it; from here on nothing is vouched for longer than a second
  /// until the tier says so (Generations::HeardUntil). Once, before anything is cached.
  void Share(SharedTier& tier);
  /// Null where there is none.
  const SharedTier* shared() const { return shared_; }
  /// False where the cache is off.
  bool keeps_answers() const { return options_.max_bytes > 0; }

  /// A fresh answer; or a stale one within a second after FindStale gave it out, so that a store in trouble is asked
  /// once a second for it and not once a request. Counts a hit or a stale answer.
  std::optional<Found> Find(const CacheKey& key, SteadyTime now);

  /// An answer past its lifetime by max_stale at most, that no write has made wrong: for when the store cannot answer.
  /// Counts nothing.
  std::optional<Found> FindStale(const CacheKey& key, SteadyTime now);

  /// As FindStale, but only an answer that is still vouched for, and past its lifetime: for when the store is slow.
  std::optional<Found> FindOverdue(const CacheKey& key, SteadyTime now);
  /// Whether FindOverdue would find one.
  bool HasOverdue(const CacheKey& key, SteadyTime now);

  /// The shared tier's answer, which is kept in the first one for `ttl` at most; else notes in `reading` what the
  /// answer may be stored under. `reading` is of the time of the call. Counts nothing.
  std::optional<Found> FindShared(const CacheKey& key, Reading& reading, std::chrono::seconds ttl, SteadyTime now);

  struct Wanted {
    CacheKey key;
    Reading& reading;
    std::chrono::seconds ttl;
  };
  /// The same for SharedTier::kMostWanted at most, in one round trip, in their order.
  std::vector<std::optional<Found>> FindShared(std::span<const Wanted> wanted, SteadyTime now);

  /// Keeps `response` for `ttl`, less up to a tenth so that answers stored together do not expire together. `stamp` was
  /// taken before the response's data was read; one that is not current any more, or a status other than 200, or a
  /// size beyond the limit, stores nothing: false.
  bool Store(const CacheKey& key, std::shared_ptr<const StoredResponse> response, const Generations::Stamp& stamp,
             std::chrono::seconds ttl, SteadyTime now) {
    Reading reading{stamp, {}};
    return Store(key, std::move(response), reading, ttl, now);
  }
  /// The same in both tiers, where `reading` has been to the shared one.
  bool Store(const CacheKey& key, std::shared_ptr<const StoredResponse> response, Reading& reading,
             std::chrono::seconds ttl, SteadyTime now);

  /// What a write does after its commit and before it is acknowledged: all that it changed at once, for all processes.
  void Raise(std::span<const Generations::Slot> slots);
  /// kAll also frees the memory. `tag` is not kUser.
  void RaiseTag(Tag tag);
  void RaiseUser(std::string_view user_id);

  /// From its return on, nothing stored or read before is found.
  void Clear() { RaiseTag(Tag::kAll); }

  /// What the shared tier does with the raises of other processes. Never blocks for it.
  void Hear(std::span<const Generations::Slot> slots);
  void HeardUntil(SteadyTime moment) { generations_.HeardUntil(moment); }

  const Generations& generations() const { return generations_; }

  /// For what Find does not count itself.
  void Count(CacheEvent event);

  /// Also frees what can never be served again. Visits every entry, a few under each lock.
  CacheStats Stats(SteadyTime now);

  /// Whole seconds that the fresh answer for `key` has left, rounded up; 0 when there is none.
  std::int32_t RemainingTtl(const CacheKey& key, SteadyTime now);
  /// Whole seconds, at least 1, that the answer which FindStale would give is past its lifetime; 0 when there is none.
  std::int32_t SecondsStale(const CacheKey& key, SteadyTime now);

 private:
  static constexpr std::size_t kShards = 16;
  static constexpr std::size_t kCounterSlots = 16;

  struct Entry {
    std::string key;
    std::uint64_t hash = 0;
    std::shared_ptr<const StoredResponse> response;
    Generations::Stamp stamp;
    SteadyTime expires;
    SteadyTime ask_again;  ///< Stale: until then it is served without asking the store.
    std::size_t bytes = 0;
    bool used = false;  ///< Since the hand last passed: gets a second chance.
  };

  /// Ordered by the hand of the clock: the front is looked at next.
  using Ring = std::list<Entry>;

  struct LookupKey {
    CacheKey key;
    std::uint64_t hash;
  };
  struct HashOf {
    using is_transparent = void;
    std::size_t operator()(const LookupKey& key) const { return key.hash; }
    std::size_t operator()(const Entry* entry) const { return entry->hash; }
  };
  struct SameKey {
    using is_transparent = void;
    bool operator()(const Entry* left, const Entry* right) const { return left->key == right->key; }
    bool operator()(const LookupKey& left, const Entry* right) const { return Matches(*right, left); }
    bool operator()(const Entry* left, const LookupKey& right) const { return Matches(*left, right); }
    static bool Matches(const Entry& entry, const LookupKey& wanted);
  };

  struct alignas(64) Shard {
    std::mutex mutex;
    std::unordered_map<const Entry*, Ring::iterator, HashOf, SameKey> index;
    Ring ring;
    std::size_t bytes = 0;
    std::int64_t evictions = 0;
  };

  /// One set for each thread, nearly: a count must not move a cache line between processors.
  struct alignas(64) Counters {
    std::array<std::atomic<std::int64_t>, 4> of_event{};
  };

  LookupKey Lookup(const CacheKey& key) const;
  Shard& ShardOf(std::uint64_t hash) { return shards_[hash >> 60]; }
  bool Keep(const CacheKey& key, std::shared_ptr<const StoredResponse> response, const Generations::Stamp& stamp,
            SteadyTime expires, SteadyTime now);
  bool MayBeServed(const Entry& entry, SteadyTime now) const;
  bool IsOverdue(const Entry& entry, SteadyTime now) const;
  using Rule = bool (ResponseCache::*)(const Entry& entry, SteadyTime now) const;
  /// The entry for `key` if `rule` allows it; where it is stale, it is served for a second without asking the store.
  std::optional<Found> GiveOut(const CacheKey& key, SteadyTime now, Rule rule);
  /// Hands the entry over to `freed`, so that its memory is freed outside the lock.
  static void Unlink(Shard& shard, Ring::iterator entry, Ring& freed);
  void MakeRoom(Shard& shard, std::size_t bytes, SteadyTime now, Ring& freed) const;
  void Sweep(Shard& shard, SteadyTime now) const;
  void FreeAll();

  const CacheOptions options_;
  const std::uint64_t seed_;
  SharedTier* shared_ = nullptr;
  Generations generations_;
  std::array<Shard, kShards> shards_;
  std::array<Counters, kCounterSlots> counters_;
};

}  // namespace demo
