#include "cache/response_cache.h"

#include <sys/random.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "base/faults.h"
#include "cache/hash.h"

namespace demo {
namespace {

// One entry's visit costs some 10 ns, so a hit waits for a sweep by less than a microsecond.
constexpr std::size_t kSweepBatch = 64;
constexpr std::chrono::seconds kAskStoreAgain{1};

// Keys come from clients: without a seed of its own, one could fill a single chain of every process.
std::uint64_t RandomSeed() {
  std::uint64_t seed = 0;
  if (getrandom(&seed, sizeof seed, 0) != sizeof seed) throw std::runtime_error("getrandom failed");
  return seed;
}

std::size_t ThreadNumber() {
  static std::atomic<std::size_t> next{0};
  thread_local const std::size_t number = next.fetch_add(1);
  return number;
}

// What glibc's malloc takes for `size` bytes: a header of 8, and steps of 16.
constexpr std::size_t HeapBytes(std::size_t size) { return std::max<std::size_t>(32, (size + 8 + 15) / 16 * 16); }

std::size_t HeapBytes(const std::string& text) {
  return text.capacity() <= std::string().capacity() ? 0 : HeapBytes(text.capacity() + 1);
}

std::size_t HeapBytes(const StoredResponse& response) {
  constexpr std::size_t kReferenceCounts = 16;
  return HeapBytes(sizeof response + kReferenceCounts) + HeapBytes(response.head) + HeapBytes(response.etag) +
         HeapBytes(response.body) + HeapBytes(response.gzip_body);
}

// Up to a tenth, from the clock's and the key's bits: no two answers stored together go together.
std::chrono::nanoseconds Jitter(std::chrono::nanoseconds ttl, std::uint64_t hash, SteadyTime now) {
  const auto ticks = static_cast<std::uint64_t>(now.time_since_epoch().count());
  const std::uint64_t thousandths = HashBytes({}, hash ^ ticks) % 1000;
  return ttl / 10'000 * static_cast<std::int64_t>(thousandths);
}

// Rounded up; below 0 by the time that has passed since.
std::int32_t SecondsLeft(SteadyTime expires, SteadyTime now) {
  return static_cast<std::int32_t>(std::chrono::ceil<std::chrono::seconds>(expires - now).count());
}

}  // namespace

std::string CacheKey::ToString() const {
  std::string text(target);
  if (!language.empty()) text.append("\n").append(language);
  return text;
}

bool ResponseCache::SameKey::Matches(const Entry& entry, const LookupKey& wanted) {
  const std::string_view have = entry.key;
  const auto& [target, language] = wanted.key;
  if (language.empty()) return have == target;
  return have.size() == target.size() + 1 + language.size() && have.starts_with(target) &&
         have[target.size()] == '\n' && have.ends_with(language);
}

ResponseCache::ResponseCache(const CacheOptions& options) : options_(options), seed_(RandomSeed()) {}

ResponseCache::LookupKey ResponseCache::Lookup(const CacheKey& key) const {
  std::uint64_t hash = HashBytes(key.target, seed_);
  if (!key.language.empty()) hash = HashBytes(key.language, hash);
  return {key, hash};
}

void ResponseCache::Count(CacheEvent event) {
  auto& counters = counters_[ThreadNumber() % kCounterSlots];
  counters.of_event[static_cast<std::size_t>(event)].fetch_add(1, std::memory_order_relaxed);
}

std::optional<ResponseCache::Found> ResponseCache::Find(const CacheKey& key, SteadyTime now) {
  const LookupKey wanted = Lookup(key);
  Shard& shard = ShardOf(wanted.hash);
  std::optional<Found> answer;
  {
    const std::lock_guard lock(shard.mutex);
    const auto found = shard.index.find(wanted);
    if (found == shard.index.end()) return std::nullopt;
    Entry& entry = *found->second;
    const bool fresh = now < entry.expires && generations_.Vouches(entry.stamp, now);
    if (!fresh && (now >= entry.ask_again || !generations_.IsCurrent(entry.stamp))) return std::nullopt;
    if (!entry.used) entry.used = true;
    answer.emplace(entry.response, SecondsLeft(entry.expires, now), !fresh);
  }
  Count(answer->stale ? CacheEvent::kStale : CacheEvent::kHit);
  return answer;
}

std::optional<ResponseCache::Found> ResponseCache::FindStale(const CacheKey& key, SteadyTime now) {
  return GiveOut(key, now, &ResponseCache::MayBeServed);
}

std::optional<ResponseCache::Found> ResponseCache::FindOverdue(const CacheKey& key, SteadyTime now) {
  return GiveOut(key, now, &ResponseCache::IsOverdue);
}

std::optional<ResponseCache::Found> ResponseCache::GiveOut(const CacheKey& key, SteadyTime now, Rule rule) {
  const LookupKey wanted = Lookup(key);
  Shard& shard = ShardOf(wanted.hash);
  const std::lock_guard lock(shard.mutex);
  const auto found = shard.index.find(wanted);
  if (found == shard.index.end()) return std::nullopt;
  Entry& entry = *found->second;
  if (!(this->*rule)(entry, now)) return std::nullopt;
  const bool stale = now >= entry.expires || !generations_.Vouches(entry.stamp, now);
  if (stale) entry.ask_again = std::min(now + kAskStoreAgain, entry.expires + options_.max_stale);
  return Found{entry.response, SecondsLeft(entry.expires, now), stale};
}

bool ResponseCache::HasOverdue(const CacheKey& key, SteadyTime now) {
  const LookupKey wanted = Lookup(key);
  Shard& shard = ShardOf(wanted.hash);
  const std::lock_guard lock(shard.mutex);
  const auto found = shard.index.find(wanted);
  return found != shard.index.end() && IsOverdue(*found->second, now);
}

std::optional<ResponseCache::Found> ResponseCache::FindShared(const CacheKey& key, Reading& reading,
                                                              std::chrono::seconds ttl, SteadyTime now) {
  const Wanted wanted{key, reading, ttl};
  return FindShared({&wanted, 1}, now).front();
}

std::vector<std::optional<ResponseCache::Found>> ResponseCache::FindShared(std::span<const Wanted> wanted,
                                                                           SteadyTime now) {
  std::vector<std::optional<Found>> found(wanted.size());
  if (shared_ == nullptr) return found;
  std::vector<SharedTier::Wanted> asked;
  asked.reserve(wanted.size());
  for (const auto& [key, reading, ttl] : wanted) asked.push_back({key.ToString(), reading.stamp.slots});
  const SteadyTime begun = SteadyClock::now();
  std::vector<SharedTier::Answer> answers = shared_->Find(asked);
  const std::int64_t taken = (SteadyClock::now() - begun).count();
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const auto& [key, reading, ttl] = wanted[i];
    SharedTier::Answer& answer = answers[i];
    reading.shared_time += taken;
    reading.shared = std::move(answer.stamp);
    if (!answer.response) continue;
    // Another process read the data, some time ago: what this one knows of itself vouches for nothing.
    Generations::Stamp stamp = reading.stamp;
    stamp.sure_until = {};
    const SteadyTime expires = now + std::min<std::chrono::milliseconds>(answer.ttl, ttl);
    Keep(key, answer.response, stamp, expires, now);
    found[i] = Found{std::move(answer.response), SecondsLeft(expires, now), false, true};
  }
  return found;
}

bool ResponseCache::Store(const CacheKey& key, std::shared_ptr<const StoredResponse> response, Reading& reading,
                          std::chrono::seconds ttl, SteadyTime now) {
  if (response->status != 200 || !generations_.IsCurrent(reading.stamp)) return false;
  const auto lifetime = ttl - Jitter(ttl, Lookup(key).hash, now);
  if (shared_ != nullptr && reading.shared) {
    const SteadyTime asked = SteadyClock::now();
    shared_->Store(key.ToString(), *response, reading.stamp.slots, *reading.shared,
                   std::chrono::duration_cast<std::chrono::milliseconds>(lifetime));
    reading.shared_time += (SteadyClock::now() - asked).count();
  }
  return Keep(key, std::move(response), reading.stamp, now + lifetime, now);
}

bool ResponseCache::Keep(const CacheKey& key, std::shared_ptr<const StoredResponse> response,
                         const Generations::Stamp& stamp, SteadyTime expires, SteadyTime now) {
  const LookupKey wanted = Lookup(key);
  Ring fresh;
  Entry& entry = fresh.emplace_back();
  entry.key = key.ToString();
  entry.hash = wanted.hash;
  entry.response = std::move(response);
  entry.stamp = stamp;
  entry.expires = expires;
  constexpr std::size_t kNodes = HeapBytes(sizeof(Entry) + 16) + HeapBytes(32) + 16;  // ring, index, its bucket
  entry.bytes = kNodes + HeapBytes(entry.key) + HeapBytes(*entry.response);
  if (entry.bytes > options_.max_entry_bytes || entry.bytes > options_.max_bytes / kShards) return false;

  Ring freed;
  Shard& shard = ShardOf(wanted.hash);
  const std::lock_guard lock(shard.mutex);
  if (const auto old = shard.index.find(wanted); old != shard.index.end()) Unlink(shard, old->second, freed);
  MakeRoom(shard, entry.bytes, now, freed);
  shard.bytes += entry.bytes;
  shard.ring.splice(shard.ring.end(), fresh);
  shard.index.emplace(&entry, std::prev(shard.ring.end()));
  return true;
}

void ResponseCache::Unlink(Shard& shard, Ring::iterator entry, Ring& freed) {
  shard.index.erase(&*entry);
  shard.bytes -= entry->bytes;
  freed.splice(freed.end(), shard.ring, entry);
}

void ResponseCache::MakeRoom(Shard& shard, std::size_t bytes, SteadyTime now, Ring& freed) const {
  while (shard.bytes + bytes > options_.max_bytes / kShards) {
    const auto front = shard.ring.begin();
    if (front->used && MayBeServed(*front, now)) {
      front->used = false;
      shard.ring.splice(shard.ring.end(), shard.ring, front);
      continue;
    }
    if (MayBeServed(*front, now)) ++shard.evictions;
    Unlink(shard, front, freed);
  }
}

bool ResponseCache::MayBeServed(const Entry& entry, SteadyTime now) const {
  return now < entry.expires + options_.max_stale && generations_.IsCurrent(entry.stamp);
}

bool ResponseCache::IsOverdue(const Entry& entry, SteadyTime now) const {
  return now >= entry.expires && MayBeServed(entry, now) && generations_.Vouches(entry.stamp, now);
}

void ResponseCache::Share(SharedTier& tier) {
  shared_ = &tier;
  generations_.HeardUntil({});
}

// The shared tier first: who takes a stamp after the local raise finds nothing older than the write in either tier, and
// who took it before keeps nothing.
void ResponseCache::Raise(std::span<const Generations::Slot> slots) {
  if (shared_ != nullptr) Survive("shared cache", [&] { shared_->Raise(slots); });
  Hear(slots);
}

void ResponseCache::RaiseTag(Tag tag) {
  const Generations::Slot slot = Generations::SlotOf(tag);
  Raise({&slot, 1});
}

void ResponseCache::RaiseUser(std::string_view user_id) {
  const Generations::Slot slot = Generations::SlotOfUser(user_id);
  Raise({&slot, 1});
}

void ResponseCache::Hear(std::span<const Generations::Slot> slots) {
  for (const Generations::Slot slot : slots) generations_.Raise(slot);
  if (std::ranges::find(slots, Generations::SlotOf(Tag::kAll)) != slots.end()) FreeAll();
}

void ResponseCache::FreeAll() {
  for (Shard& shard : shards_) {
    Ring freed;
    const std::lock_guard lock(shard.mutex);
    shard.index.clear();
    shard.bytes = 0;
    freed.swap(shard.ring);
  }
}

void ResponseCache::Sweep(Shard& shard, SteadyTime now) const {
  std::optional<std::size_t> left;
  do {
    Ring freed;
    const std::lock_guard lock(shard.mutex);
    left = std::min(left.value_or(shard.ring.size()), shard.ring.size());
    for (std::size_t i = std::min(*left, kSweepBatch); i > 0; --i, --*left) {
      const auto front = shard.ring.begin();
      if (MayBeServed(*front, now)) {
        shard.ring.splice(shard.ring.end(), shard.ring, front);
      } else {
        Unlink(shard, front, freed);
      }
    }
  } while (*left > 0);
}

CacheStats ResponseCache::Stats(SteadyTime now) {
  CacheStats stats;
  for (Shard& shard : shards_) {
    Sweep(shard, now);
    const std::lock_guard lock(shard.mutex);
    stats.entries += static_cast<std::int64_t>(shard.ring.size());
    stats.bytes += static_cast<std::int64_t>(shard.bytes);
    stats.evictions += shard.evictions;
  }
  const auto sum = [this](CacheEvent event) {
    std::int64_t total = 0;
    for (const Counters& counters : counters_) {
      total += counters.of_event[static_cast<std::size_t>(event)].load(std::memory_order_relaxed);
    }
    return total;
  };
  stats.hits = sum(CacheEvent::kHit);
  stats.misses = sum(CacheEvent::kMiss);
  stats.stale = sum(CacheEvent::kStale);
  stats.coalesced = sum(CacheEvent::kCoalesced);
  return stats;
}

std::int32_t ResponseCache::RemainingTtl(const CacheKey& key, SteadyTime now) {
  const LookupKey wanted = Lookup(key);
  Shard& shard = ShardOf(wanted.hash);
  const std::lock_guard lock(shard.mutex);
  const auto found = shard.index.find(wanted);
  if (found == shard.index.end() || !generations_.Vouches(found->second->stamp, now)) return 0;
  return std::max(0, SecondsLeft(found->second->expires, now));
}

std::int32_t ResponseCache::SecondsStale(const CacheKey& key, SteadyTime now) {
  const LookupKey wanted = Lookup(key);
  Shard& shard = ShardOf(wanted.hash);
  const std::lock_guard lock(shard.mutex);
  const auto found = shard.index.find(wanted);
  if (found == shard.index.end() || !MayBeServed(*found->second, now)) return 0;
  const bool fresh = now < found->second->expires && generations_.Vouches(found->second->stamp, now);
  return fresh ? 0 : std::max(1, -SecondsLeft(found->second->expires, now));
}

}  // namespace demo
