#include "store/mongo/topology.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>

namespace demo::mongo {
namespace {

using std::chrono::milliseconds;
using Role = Topology::Role;

constexpr UnixMillis kRouterIsGone = 5 * 60 * 1000;

// The states of src/mongo/db/repl/member_state.h.
Role ToRole(std::int64_t state) {
  switch (state) {
    case 1:
      return Role::kPrimary;
    case 2:
      return Role::kSecondary;
    case 7:
      return Role::kArbiter;
    case 0:  // STARTUP
    case 3:  // RECOVERING
    case 5:  // STARTUP2
    case 9:  // ROLLBACK
      return Role::kStarting;
    case 8:
      return Role::kDown;
    default:
      return Role::kUnknown;
  }
}

Topology::Part* FindPart(std::vector<Topology::Shard>& shards, std::string_view shard, std::string_view collection) {
  const auto found = std::ranges::find(shards, shard, &Topology::Shard::name);
  if (found == shards.end()) return nullptr;
  const auto part = std::ranges::find(found->parts, collection, &Topology::Part::collection);
  return part == found->parts.end() ? nullptr : &*part;
}

}  // namespace

Topology::ReplicaSet FromStatus(const View& status) {
  Topology::ReplicaSet set{status.Text("set"), {}};
  std::optional<UnixMillis> newest;
  status.ForEach("members", [&](const std::string&, const View& member) {
    if (ToRole(member.Int("state")) == Role::kPrimary) newest = member.FindDate("optimeDate");
  });
  status.ForEach("members", [&](const std::string&, const View& member) {
    auto& added = set.members.emplace_back(member.Text("name"), ToRole(member.Int("state")), std::nullopt);
    const auto reached = member.FindDate("optimeDate");
    if (added.role == Role::kSecondary && newest && reached) {
      added.lag = milliseconds(std::max<UnixMillis>(0, *newest - *reached));
    }
  });
  return set;
}

Topology::ReplicaSet FromHello(const View& hello) {
  Topology::ReplicaSet set{hello.Text("setName"), {}};
  const std::string primary = hello.Text("primary");
  for (const std::string& name : hello.Texts("hosts")) {
    set.members.emplace_back(name, name == primary ? Role::kPrimary : Role::kUnknown, std::nullopt);
  }
  for (const std::string& name : hello.Texts("arbiters")) {
    set.members.emplace_back(name, Role::kArbiter, std::nullopt);
  }
  return set;
}

MemberAnswer ToAnswer(const std::string& name, const View& hello) {
  const Role role = hello.Bool("ismaster") || hello.Bool("isWritablePrimary") ? Role::kPrimary
                    : hello.Bool("secondary")                                 ? Role::kSecondary
                    : hello.Bool("arbiterOnly")                               ? Role::kArbiter
                                                                              : Role::kStarting;
  return {name, role, hello.FindDate("lastWrite.lastWriteDate")};
}

Topology::ReplicaSet FromSeeds(std::string_view seeds) {
  const auto slash = seeds.find('/');
  if (slash == std::string_view::npos) return {std::string(), {{std::string(seeds), Role::kUnknown, std::nullopt}}};
  Topology::ReplicaSet set{std::string(seeds.substr(0, slash)), {}};
  for (std::string_view rest = seeds.substr(slash + 1); !rest.empty();) {
    const auto comma = std::min(rest.find(','), rest.size());
    set.members.emplace_back(std::string(rest.substr(0, comma)), Role::kUnknown, std::nullopt);
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  return set;
}

void AddRoles(const View& pool_stats, Topology::ReplicaSet& set) {
  std::map<std::string, Role> roles;
  pool_stats.ForEach(fmt::format("replicaSets.{}.hosts", set.name), [&](const std::string&, const View& host) {
    const Role role = !host.Bool("ok")         ? Role::kDown
                      : host.Bool("ismaster")  ? Role::kPrimary
                      : host.Bool("secondary") ? Role::kSecondary
                                               : Role::kStarting;
    roles[host.Text("addr")] = role;
  });
  for (Topology::Member& member : set.members) {
    if (const auto role = roles.find(member.name); role != roles.end()) member.role = role->second;
  }
}

std::vector<Topology::Shard> FromShards(const View& list_shards, std::span<const std::string_view> collections) {
  std::vector<Topology::Shard> shards;
  list_shards.ForEach("shards", [&](const std::string&, const View& each) {
    auto& shard = shards.emplace_back(each.Text("_id"), FromSeeds(each.Text("host")), std::vector<Topology::Part>{});
    for (const std::string_view collection : collections) {
      shard.parts.emplace_back(std::string(collection), std::nullopt, std::nullopt);
    }
  });
  std::ranges::sort(shards, {}, &Topology::Shard::name);
  return shards;
}

void AddChunks(std::span<const Document> counts, std::span<const Document> collections, std::string_view database,
               std::vector<Topology::Shard>& shards) {
  std::map<std::string, std::string> names;  // by uuid
  const std::string prefix = fmt::format("{}.", database);
  for (const Document& each : collections) {
    const View collection = each.view();
    const std::string name = collection.Text("_id");
    if (collection.Bool("dropped") || !name.starts_with(prefix)) continue;
    if (const auto uuid = collection.FindBinary("uuid")) names[*uuid] = name;
    // Sharded: a shard without a chunk has none, and not an unknown number.
    for (Topology::Shard& shard : shards) {
      if (auto* part = FindPart(shards, shard.name, name.substr(prefix.size())); part != nullptr) part->chunks = 0;
    }
  }
  for (const Document& each : counts) {
    const View row = each.view();
    std::string name = row.Text("_id.ns");
    if (name.empty()) name = names[row.FindBinary("_id.uuid").value_or(std::string())];
    if (!name.starts_with(prefix)) continue;
    auto* part = FindPart(shards, row.Text("_id.shard"), name.substr(prefix.size()));
    if (part != nullptr) part->chunks = row.FindInt("n");
  }
}

void AddDocuments(std::span<const Document> stats, std::string_view collection, std::vector<Topology::Shard>& shards) {
  // A shard that holds nothing of it is not among the rows.
  for (Topology::Shard& shard : shards) {
    if (auto* part = FindPart(shards, shard.name, collection); part != nullptr) part->documents = 0;
  }
  for (const Document& each : stats) {
    const View row = each.view();
    auto* part = FindPart(shards, row.Text("shard"), collection);
    if (part == nullptr) continue;
    part->documents = row.FindInt("count");
    if (part->documents) *part->documents -= row.Int("orphans");
  }
}

std::vector<Topology::Router> FromRouters(std::span<const Document> routers, UnixMillis now) {
  std::vector<Topology::Router> alive;
  for (const Document& each : routers) {
    const View router = each.view();
    const UnixMillis silence = std::max<UnixMillis>(0, now - router.FindDate("ping").value_or(0));
    if (silence > kRouterIsGone) continue;
    alive.emplace_back(router.Text("_id"), router.Text("mongoVersion"), milliseconds(silence));
  }
  std::ranges::sort(alive, {}, &Topology::Router::name);
  return alive;
}

Topology::Balancer FromBalancer(const View& status) {
  return {status.Text("mode") != "off", status.Bool("inBalancerRound")};
}

}  // namespace demo::mongo
