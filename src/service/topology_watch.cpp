#include "service/topology_watch.h"

#include <algorithm>
#include <utility>

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
    const auto has = [](const auto& routers, const std::string& name) {
      return std::ranges::find(routers, name, &Topology::Router::name) != routers.end();
    };
    for (const auto& router : after) {
      if (!has(before, router.name)) Add({Kind::kRouterCame, time_, {}, router.name});
    }
    for (const auto& router : before) {
      if (!has(after, router.name)) Add({Kind::kRouterGone, time_, {}, router.name});
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

std::vector<TopologyEvent> EventsBetween(const Topology& before, const Topology& after, UnixMillis time) {
  Comparison comparison(time);
  if (before.replica_set && after.replica_set) comparison.Sets(*before.replica_set, *after.replica_set);
  if (before.config_servers && after.config_servers) comparison.Sets(*before.config_servers, *after.config_servers);
  if (before.shard_list && after.shard_list) comparison.Shards(*before.shard_list, *after.shard_list);
  if (before.routers && after.routers) comparison.Routers(*before.routers, *after.routers);
  return comparison.Take();
}

TopologyWatch::TopologyWatch(std::function<Result<Topology>()> look, std::chrono::milliseconds interval)
    : look_(std::move(look)), interval_(interval), thread_([this](const std::stop_token& stop) { Run(stop); }) {}

TopologyWatch::Seen TopologyWatch::Current() const {
  const std::lock_guard lock(mutex_);
  const bool recent = read_at_ != 0 && SteadyClock::now() - read_time_ <= kMaxAge;
  return {topology_, read_at_, reachable_ && recent};
}

std::vector<TopologyEvent> TopologyWatch::Events() const {
  const std::lock_guard lock(mutex_);
  return {events_.begin(), events_.end()};
}

void TopologyWatch::Run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    Note(look_());
    std::unique_lock lock(mutex_);
    wake_.wait_for(lock, stop, interval_, [] { return false; });
  }
}

void TopologyWatch::Note(Result<Topology> look) {
  const UnixMillis now = WallClockNow();
  const std::lock_guard lock(mutex_);
  if (!look) {
    if (std::exchange(reachable_, false)) Keep({Kind::kUnreachable, now});
    return;
  }
  if (!std::exchange(reachable_, true)) Keep({Kind::kReachable, now});
  if (topology_) {
    for (TopologyEvent& event : EventsBetween(*topology_, *look, now)) Keep(std::move(event));
  }
  topology_ = *std::move(look);
  read_at_ = now;
  read_time_ = SteadyClock::now();
}

void TopologyWatch::Keep(TopologyEvent event) {
  events_.push_front(std::move(event));
  if (events_.size() > kMaxEvents) events_.pop_back();
}

}  // namespace demo
