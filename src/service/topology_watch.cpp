#include "service/topology_watch.h"

#include <algorithm>
#include <type_traits>
#include <utility>

#include "base/faults.h"
#include "service/host_registry.h"

namespace demo {
namespace {

using Kind = TopologyEvent::Kind;
using Role = Topology::Role;

const Topology::Member* PrimaryOf(const Topology::ReplicaSet& set) {
  const auto found = std::ranges::find(set.members, Role::kPrimary, &Topology::Member::role);
  return found == set.members.end() ? nullptr : &*found;
}

bool Known(const Topology::ReplicaSet& set) {
  return !set.members.empty() &&
         std::ranges::none_of(set.members, [](const auto& member) { return member.role == Role::kUnknown; });
}

/// Unless it is known not to be: what nobody knows is no event.
bool IsAlive(const Topology::Router& router) { return RouterLives(router).value_or(true); }

/// The differences between two looks, gathered as they are found.
class Comparison {
 public:
  explicit Comparison(UnixMillis time) : time_(time) {}

  void Sets(const Topology::ReplicaSet& before, const Topology::ReplicaSet& after) {
    if (!Known(before) || !Known(after)) return;
    const Topology::Member* old_primary = PrimaryOf(before);
    const Topology::Member* primary = PrimaryOf(after);
    if (primary == nullptr && old_primary != nullptr) Add({Kind::kNoPrimary, time_, after.name});
    const bool same = old_primary != nullptr && primary != nullptr && old_primary->name == primary->name;
    if (primary != nullptr && !same) Add({Kind::kPrimary, time_, after.name, primary->name});
    for (const Topology::Member& member : after.members) {
      const auto old = std::ranges::find(before.members, member.name, &Topology::Member::name);
      if (old == before.members.end()) continue;
      const bool was_down = old->role == Role::kDown;
      const bool is_down = member.role == Role::kDown;
      if (was_down != is_down) Add({is_down ? Kind::kMemberDown : Kind::kMemberUp, time_, after.name, member.name});
    }
  }

  void Shards(const std::vector<Topology::Shard>& before, const std::vector<Topology::Shard>& after) {
    for (const Topology::Shard& shard : after) {
      const auto old = std::ranges::find(before, shard.name, &Topology::Shard::name);
      if (old == before.end()) {
        Add({Kind::kShardAdded, time_, shard.name});
        continue;
      }
      Sets(old->set, shard.set);
      const auto chunks = ChunksOf(shard);
      const auto had = ChunksOf(*old);
      if (chunks && had && *chunks != *had) Add({Kind::kChunks, time_, shard.name, {}, *chunks});
    }
  }

  void Routers(const std::vector<Topology::Router>& before, const std::vector<Topology::Router>& after) {
    const auto lives = [](const auto& routers, const std::string& name) {
      const auto found = std::ranges::find(routers, name, &Topology::Router::name);
      return found != routers.end() && IsAlive(*found);
    };
    for (const auto& router : after) {
      if (IsAlive(router) && !lives(before, router.name)) Add({Kind::kRouterCame, time_, {}, router.name});
    }
    for (const auto& router : before) {
      if (IsAlive(router) && !lives(after, router.name)) Add({Kind::kRouterGone, time_, {}, router.name});
    }
  }

  std::vector<TopologyEvent> Take() { return std::move(events_); }

 private:
  void Add(TopologyEvent event) { events_.push_back(std::move(event)); }

  const UnixMillis time_;
  std::vector<TopologyEvent> events_;
};

}  // namespace

std::optional<std::int64_t> ChunksOf(const Topology::Shard& shard) {
  std::int64_t sum = 0;
  for (const Topology::Part& part : shard.parts) {
    if (!part.chunks) return std::nullopt;
    sum += *part.chunks;
  }
  return sum;
}

std::optional<bool> RouterLives(const Topology::Router& router) {
  // They tell the config servers every ten seconds that they live; three times without is a while.
  constexpr std::chrono::seconds kWhile{30};
  if (router.silence && *router.silence > kWhile) return false;
  if (router.answers) return router.answers;
  return router.silence ? std::optional(true) : std::nullopt;
}

bool IsSilent(const Host& host) { return host.silence > HostRegistry::kOverdue; }

std::vector<TopologyEvent> EventsBetween(const Topology& before, const Topology& after, UnixMillis time) {
  Comparison comparison(time);
  if (before.replica_set && after.replica_set) comparison.Sets(*before.replica_set, *after.replica_set);
  if (before.config_servers && after.config_servers) comparison.Sets(*before.config_servers, *after.config_servers);
  if (before.shard_list && after.shard_list) comparison.Shards(*before.shard_list, *after.shard_list);
  if (before.routers && after.routers) comparison.Routers(*before.routers, *after.routers);
  return comparison.Take();
}

std::vector<TopologyEvent> EventsBetween(const std::vector<Host>& before, const std::vector<Host>& after,
                                         UnixMillis time) {
  std::vector<TopologyEvent> events;
  for (const Host& host : after) {
    const auto old = std::ranges::find(before, host.pod, &Host::pod);
    const bool is_new = old == before.end();
    if (is_new) events.push_back({Kind::kInstanceCame, time, {}, host.pod});
    if (host.draining && (is_new || !old->draining)) events.push_back({Kind::kInstanceDrains, time, {}, host.pod});
    const bool was_silent = !is_new && IsSilent(*old);
    if (IsSilent(host) && !was_silent) events.push_back({Kind::kInstanceSilent, time, {}, host.pod});
    if (!IsSilent(host) && was_silent) events.push_back({Kind::kInstanceHeard, time, {}, host.pod});
  }
  for (const Host& host : before) {
    const bool is_gone = std::ranges::find(after, host.pod, &Host::pod) == after.end();
    if (is_gone) events.push_back({Kind::kInstanceGone, time, {}, host.pod});
  }
  return events;
}

template <typename What>
StoreWatch<What>::StoreWatch(std::function<Result<What>()> look, std::chrono::milliseconds interval)
    : look_(std::move(look)), interval_(interval), thread_([this](const std::stop_token& stop) { Run(stop); }) {}

template <typename What>
StoreWatch<What>::Seen StoreWatch<What>::Current() const {
  const std::lock_guard lock(mutex_);
  const auto age = std::chrono::floor<std::chrono::milliseconds>(SteadyClock::now() - read_time_);
  Seen seen{what_, read_at_, reachable_ && read_at_ != 0 && age <= kMaxAge};
  if constexpr (std::is_same_v<What, std::vector<Host>>) {
    if (!seen.what) return seen;
    for (Host& host : *seen.what) host.silence += age;
  }
  return seen;
}

template <typename What>
std::vector<TopologyEvent> StoreWatch<What>::Events() const {
  const std::lock_guard lock(mutex_);
  return {events_.begin(), events_.end()};
}

template <typename What>
void StoreWatch<What>::Run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    Survive("watch", [this] { Refresh(); });
    std::unique_lock lock(mutex_);
    wake_.wait_for(lock, stop, interval_, [] { return false; });
  }
}

template <typename What>
void StoreWatch<What>::Refresh() {
  const std::lock_guard one(looking_);
  Note(OrFail(look_));
}

template <typename What>
void StoreWatch<What>::Note(Result<What> look) {
  // One of the watches tells that the store is away.
  constexpr bool kTellsSilence = std::is_same_v<What, Topology>;
  const UnixMillis now = WallClockNow();
  const std::lock_guard lock(mutex_);
  const bool was_reachable = std::exchange(reachable_, look.has_value());
  if (kTellsSilence && was_reachable != reachable_) Keep({look ? Kind::kReachable : Kind::kUnreachable, now});
  if (!look) return;
  if (what_) {
    for (TopologyEvent& event : EventsBetween(*what_, *look, now)) Keep(std::move(event));
  }
  what_ = *std::move(look);
  read_at_ = now;
  read_time_ = SteadyClock::now();
}

template <typename What>
void StoreWatch<What>::Keep(TopologyEvent event) {
  events_.push_front(std::move(event));
  if (events_.size() > kMaxEvents) events_.pop_back();
}

template class StoreWatch<Topology>;
template class StoreWatch<std::vector<Host>>;

}  // namespace demo
