#include "http/handlers/home_map.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/build_info.h"
#include "config/config.h"
#include "http/handlers/map_states.h"
#include "http/pages/catalogue.h"
#include "http/pages/locale.h"

namespace demo::http {
namespace {

using pages::Language;
using pages::MapNode;
using pages::NodeState;
using pages::Text;
using Role = Topology::Role;

/// A command that only makes sense where the reader has the process before them.
std::string LocalCommand(const Config& config, std::string_view signal) {
  if (config.environment != "local") return {};
  return fmt::format("kill -{} {}", signal, getpid());
}

std::string CacheText(Language language, const CacheStats& cache) {
  const auto asked = cache.hits + cache.misses + cache.stale + cache.coalesced;
  const double rate = asked == 0 ? 0 : static_cast<double>(cache.hits) / static_cast<double>(asked);
  return Text(language, "map.part.cache",
              {{"entries", pages::CountText(language, "map.part.cache.entries", cache.entries)},
               {"hits", asked == 0 ? "\u2013" : pages::FormatPercent(language, std::round(rate * 100) / 100)}});
}

MapNode NodeOf(std::string id, std::string kind, int column, std::string name) {
  MapNode node;
  node.id = std::move(id);
  node.kind = std::move(kind);
  node.column = column;
  node.name = std::move(name);
  return node;
}

MapNode ThisInstance(Language language, const Config& config, const Measured& measured) {
  const bool draining = measured.readiness.status == Readiness::Status::kDraining;
  MapNode node = NodeOf("instance:" + config.instance, "instance", 1, config.instance);
  node.state = draining ? NodeState::kDraining : NodeState::kUp;
  node.since = draining ? 0 : StartedAt();
  if (measured.cache_on) node.parts = {{"cache", CacheText(language, measured.cache)}};
  node.command = LocalCommand(config, "TERM");
  return node;
}

/// What the store's own health check says, for the one box of a store that has but one.
void AddHealth(const Measured& measured, MapNode& node) {
  for (const HealthCheck& check : measured.readiness.checks) {
    node.state = check.ok ? NodeState::kUp : NodeState::kDown;
    node.since = check.since;
    if (!check.ok && !check.detail.empty()) node.details.push_back(check.detail);
  }
}

MapNode EmbeddedNode(Language language, const Config& config, const Measured& measured) {
  MapNode node = NodeOf("store", "embedded", 2, config.data_dir);
  node.command = LocalCommand(config, "KILL");
  AddHealth(measured, node);
  if (!measured.store.what) return node;
  const std::string& location = measured.store.what->location;
  node.name = location.substr(location.rfind('/') + 1);
  node.details.push_back(location);
  node.details.push_back(measured.store.what->version + " · " +
                         pages::FormatBytes(language, measured.store.what->bytes));
  return node;
}

std::string MemberText(Language language, const Topology::Member& member) {
  constexpr const char* kTexts[] = {"member.primary",  "member.secondary", "member.arbiter",
                                    "member.starting", "member.down",      "member.unknown"};
  constexpr const char* kGlyphs[] = {"●", "○", "△", "◌", "✕", "?"};
  const auto role = static_cast<std::size_t>(member.role);
  std::string text = fmt::format("{} {} {}", kGlyphs[role], member.name, Text(language, kTexts[role]));
  if (member.lag && *member.lag >= std::chrono::seconds(1)) {
    const double seconds = std::chrono::duration<double>(*member.lag).count();
    text += ", " + Text(language, "member.lag", {{"n", pages::FormatNumber(language, seconds, 1)}});
  }
  return text;
}

/// What `state` is, or since when nobody knows.
template <typename What>
void Show(ShownState state, const typename StoreWatch<What>::Seen& seen, MapNode& node) {
  node.state = seen.current ? state.state : NodeState::kUnknown;
  if (seen.current)
    node.says = std::move(state.says);
  else
    node.since = seen.read_at;
}

MapNode SetNode(Language language, std::string id, std::string kind, int column, const Topology::ReplicaSet& set,
                const TopologyWatch::Seen& seen) {
  MapNode node = NodeOf(std::move(id), std::move(kind), column, set.name);
  Show<Topology>(StateOf(language, set), seen, node);
  for (const Topology::Member& member : set.members) node.details.push_back(MemberText(language, member));
  return node;
}

/// Eight blocks, of which `share` are full.
std::string Bar(double share) {
  constexpr int kBlocks = 8;
  const int full = static_cast<int>(std::lround(std::clamp(share, 0.0, 1.0) * kBlocks));
  std::string bar;
  for (int i = 0; i < kBlocks; ++i) bar += i < full ? "▰" : "▱";
  return bar;
}

/// What the shard holds, and as of when where that is older than its roles are.
void AddContents(Language language, const Measured& measured, const Topology::Shard& shard, MapNode& node) {
  const std::vector<Topology::Shard>& shards = *measured.store.what->shard_list;
  std::int64_t all = 0;
  for (const Topology::Shard& each : shards) all += ChunksOf(each).value_or(0);
  if (const auto chunks = ChunksOf(shard); chunks && all > 0) {
    node.details.push_back(Text(language, "map.shard.chunks",
                                {{"bar", Bar(static_cast<double>(*chunks) / static_cast<double>(all))},
                                 {"n", pages::FormatInteger(language, *chunks)},
                                 {"all", pages::FormatInteger(language, all)}}));
  }
  for (const Topology::Part& part : shard.parts) {
    if (!part.documents) continue;
    node.details.push_back(part.collection + ": " + pages::FormatInteger(language, *part.documents));
  }
  const UnixMillis counted_at = measured.store.what->counted_at;
  if (counted_at == 0 || measured.store.read_at - counted_at <= TopologyWatch::kMaxAge.count()) return;
  node.details.push_back(Text(language, "map.shard.counted", {{"time", pages::FormatClock(counted_at)}}));
}

void AddShards(Language language, const Measured& measured, pages::MapView& map) {
  const Topology& topology = *measured.store.what;
  if (topology.shard_list) {
    for (const Topology::Shard& shard : *topology.shard_list) {
      MapNode node = SetNode(language, "shard:" + shard.name, "shard", 3, shard.set, measured.store);
      node.name = shard.name;
      AddContents(language, measured, shard, node);
      map.nodes.push_back(std::move(node));
    }
  }
  if (!topology.config_servers) return;
  MapNode node = SetNode(language, "config", "config", 3, *topology.config_servers, measured.store);
  if (topology.balancer) {
    const char* state = topology.balancer->working ? "balancer.working" : "balancer.idle";
    node.details.emplace_back(Text(language, topology.balancer->on ? state : "balancer.off"));
  }
  map.nodes.push_back(std::move(node));
}

void AddRouters(Language language, const TopologyWatch::Seen& seen, pages::MapView& map) {
  if (!seen.what->routers) return;
  for (const Topology::Router& router : *seen.what->routers) {
    MapNode node = NodeOf("router:" + router.name, "router", 2, router.name);
    Show<Topology>(StateOf(language, router), seen, node);
    if (!router.version.empty()) node.details.push_back("mongos " + router.version);
    map.nodes.push_back(std::move(node));
  }
}

void AddInstances(Language language, const Config& config, const Measured& measured, pages::MapView& map) {
  map.nodes.push_back(ThisInstance(language, config, measured));
  if (!measured.instances.what) return;
  for (const Host& host : *measured.instances.what) {
    if (host.pod == config.instance) continue;
    MapNode node = NodeOf("instance:" + host.pod, "peer", 1, host.pod);
    Show<std::vector<Host>>(StateOf(language, host), measured.instances, node);
    map.nodes.push_back(std::move(node));
  }
}

void AddRedis(Language language, const SharedTier* shared, pages::MapView& map) {
  if (shared == nullptr) return;
  const SharedTierStatus status = shared->Status();
  MapNode node = NodeOf("redis", "redis", 2, status.primary.empty() ? "Redis" : status.primary);
  const bool closed = status.breaker == SharedTierStatus::Breaker::kClosed;
  auto [state, says] = StateOf(language, status);
  node.state = state;
  node.says = std::move(says);
  if (state != NodeState::kDegraded) node.since = status.since;
  if (!closed && !status.reason.empty()) node.details.push_back(status.reason);
  if (!status.version.empty()) node.details.push_back("Redis " + status.version);
  for (const auto& replica : status.replicas) {
    if (!closed) break;  // Only the primary tells of them.
    const char* key = replica.online ? "map.redis.replica" : "map.redis.replica_away";
    node.details.push_back(Text(language, key, {{"name", replica.address}}));
  }
  const auto answering = std::ranges::count(status.sentinels, true, &SharedTierStatus::Sentinel::answers);
  if (!status.sentinels.empty()) {
    node.details.push_back(
        Text(language, "map.redis.sentinels",
             {{"n", pages::FormatInteger(language, answering)},
              {"all", pages::FormatInteger(language, static_cast<long long>(status.sentinels.size()))}}));
  }
  map.nodes.push_back(std::move(node));
}

void AddStore(Language language, const Config& config, const Measured& measured, pages::MapView& map) {
  const auto& topology = measured.store.what;
  const bool embedded = config.mongodb_uri.empty();
  if (embedded) {
    map.nodes.push_back(EmbeddedNode(language, config, measured));
  } else if (topology && topology->mode == Topology::Mode::kSharding) {
    AddRouters(language, measured.store, map);
    AddShards(language, measured, map);
  } else {
    const Topology::ReplicaSet unknown;
    const auto& set = topology && topology->replica_set ? *topology->replica_set : unknown;
    MapNode node = SetNode(language, "store", "replica_set", 2, set, measured.store);
    if (node.name.empty()) node.name = "MongoDB";
    if (set.members.empty()) AddHealth(measured, node);
    map.nodes.push_back(std::move(node));
  }
}

/// Every box sends to every box of the next column: any instance takes any request, any router reaches any shard. Only
/// what is a cache sends to nobody.
void JoinColumns(pages::MapView& map) {
  for (const MapNode& from : map.nodes) {
    if (from.kind == "redis") continue;
    for (const MapNode& to : map.nodes) {
      if (to.column == from.column + 1) map.edges.push_back({from.id, to.id});
    }
  }
}

}  // namespace

pages::MapView MapOf(Language language, const Config& config, const SharedTier* shared, const Measured& measured) {
  pages::MapView map;
  MapNode reader = NodeOf("client", "client", 0, std::string(Text(language, "map.client.name")));
  reader.state = NodeState::kUnwatched;
  map.nodes.push_back(std::move(reader));
  AddInstances(language, config, measured, map);
  AddRedis(language, shared, map);
  AddStore(language, config, measured, map);
  JoinColumns(map);
  return map;
}

std::string EventText(Language language, const TopologyEvent& event) {
  constexpr const char* kKeys[] = {"event.primary",         "event.no_primary",     "event.member_down",
                                   "event.member_up",       "event.shard_added",    "event.chunks",
                                   "event.router_came",     "event.router_gone",    "event.unreachable",
                                   "event.reachable",       "event.instance_came",  "event.instance_drains",
                                   "event.instance_silent", "event.instance_heard", "event.instance_gone"};
  const std::string_view key = kKeys[static_cast<std::size_t>(event.kind)];
  if (event.kind == TopologyEvent::Kind::kChunks) {
    return pages::CountText(language, key, event.count, {{"where", event.where}});
  }
  return Text(language, key, {{"where", event.where}, {"who", event.who}});
}

}  // namespace demo::http
