#include "store/mongo/topology_reader.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "mongo/limits.h"
#include "store/mongo/topology.h"

namespace demo::mongo {
namespace {

using Role = Topology::Role;

constexpr std::chrono::milliseconds kFresh{400};
// Of two looks a second one asks.
constexpr std::chrono::milliseconds kAskInterval{900};
// A router may take longer to say no than it was given.
constexpr std::chrono::seconds kCountPause{10};

/// False also where nobody says what the members are.
bool HasNoPrimary(const Topology::ReplicaSet& set) {
  const auto is = [](Role role) { return [role](const Topology::Member& member) { return member.role == role; }; };
  return std::ranges::none_of(set.members, is(Role::kPrimary)) && !std::ranges::all_of(set.members, is(Role::kUnknown));
}

Topology::ReplicaSet WithoutRoles(Topology::ReplicaSet set) {
  for (Topology::Member& member : set.members) member = {member.name, Role::kUnknown, {}};
  return set;
}

/// All that have roles.
std::vector<Topology::ReplicaSet*> SetsOf(Topology& topology) {
  std::vector<Topology::ReplicaSet*> sets;
  if (topology.replica_set) sets.push_back(&*topology.replica_set);
  if (topology.config_servers) sets.push_back(&*topology.config_servers);
  if (topology.shard_list) {
    for (Topology::Shard& shard : *topology.shard_list) sets.push_back(&shard.set);
  }
  return sets;
}

/// Gives the parts that were not counted now the numbers that they had.
void KeepCounts(const std::vector<Topology::Shard>& before, std::vector<Topology::Shard>& shards) {
  for (Topology::Shard& shard : shards) {
    const auto old = std::ranges::find(before, shard.name, &Topology::Shard::name);
    if (old == before.end()) continue;
    for (Topology::Part& part : shard.parts) {
      const auto had = std::ranges::find(old->parts, part.collection, &Topology::Part::collection);
      if (had == old->parts.end()) continue;
      if (!part.chunks) part.chunks = had->chunks;
      if (!part.documents) part.documents = had->documents;
    }
  }
}

}  // namespace

Result<Topology> TopologyReader::Read(const Connect& connect) {
  const std::unique_lock lock(mutex_, limits::kOperation);
  if (!lock) return Fail(ErrorCode::kTimeout, "MongoDB is slow to say what it is.");
  if (last_ && SteadyClock::now() - last_at_ < kFresh) return *last_;
  auto connection = connect();
  last_ = connection ? ReadNow(*connection) : Fail(connection.error());
  if (*last_) known_ = **last_;
  last_at_ = SteadyClock::now();
  return *last_;
}

Result<Topology> TopologyReader::ReadNow(Connection& connection) {
  if (auto topology = BetweenPrimaries()) return *std::move(topology);
  const SteadyTime now = SteadyClock::now();
  if (now < ask_again_) return Listen(TopologyLook(connection));
  auto topology = Ask(connection);
  if (topology) ask_again_ = now + kAskInterval;
  return topology;
}

Topology TopologyReader::Listen(const TopologyLook& look) {
  Topology topology = known_;
  for (Topology::ReplicaSet* set : SetsOf(topology)) MergeAnswers(look.client(), *set);
  MarkRouters(look, topology);
  return topology;
}

Result<Topology> TopologyReader::Ask(Connection& connection) {
  const auto hello = connection.Run(Doc("isMaster", std::int32_t{1}), "admin");
  if (!hello) return Fail(hello.error());
  const auto build = connection.Run(Doc("buildInfo", std::int32_t{1}), "admin");
  if (!build) return Fail(build.error());
  Topology topology;
  const bool is_router = hello->view().Text("msg") == "isdbgrid";
  topology.mode = is_router ? Topology::Mode::kSharding : Topology::Mode::kReplication;
  topology.connected_to = is_router ? "mongos" : "mongod";
  topology.version = "MongoDB " + build->view().Text("version");
  topology.location = hello->view().Text("me");
  const TopologyLook look(connection);
  if (is_router) {
    ReadSharding(look, hello->view().FindDate("localTime").value_or(0), topology);
  } else if (hello->view().Has("setName")) {
    const auto status = look.Admin("replSetGetStatus");
    topology.replica_set = status ? FromStatus(status->view()) : FromHello(hello->view());
    MergeAnswers(connection.client(), *topology.replica_set);
  }
  return topology;
}

std::optional<Topology> TopologyReader::BetweenPrimaries() {
  if (known_.mode != Topology::Mode::kReplication || !known_.replica_set) return std::nullopt;
  const auto watched = sets_.find(known_.replica_set->name);
  if (watched == sets_.end()) return std::nullopt;
  const auto answers = watched->second.watch->Answers();
  const bool has_primary = std::ranges::find(answers, Role::kPrimary, &MemberAnswer::role) != answers.end();
  if (answers.empty() || has_primary) return std::nullopt;
  Topology topology = known_;
  topology.replica_set = WithoutRoles(*known_.replica_set);
  watched->second.roles.Merge(answers, SteadyClock::now(), *topology.replica_set);
  return topology;
}

void TopologyReader::ReadSharding(const TopologyLook& look, UnixMillis now, Topology& topology) {
  topology.config_servers = look.ConfigServers();
  if (const auto list = look.Admin("listShards")) {
    topology.shard_list = FromShards(list->view(), kShownCollections);
  } else if (known_.shard_list) {
    topology.shard_list = known_.shard_list;
    for (Topology::Shard& shard : *topology.shard_list) shard.set = WithoutRoles(shard.set);
  }
  topology.shards = topology.shard_list ? static_cast<int>(topology.shard_list->size()) : 0;
  ReadRoles(look, topology);
  ReadRouters(look, now, topology);
  ReadContents(look, topology);
}

void TopologyReader::ReadRoles(const TopologyLook& look, Topology& topology) {
  const auto sets = SetsOf(topology);
  // The router's word is long, and needed only where a member says nothing.
  const bool all_tell = std::ranges::all_of(sets, [&](const auto* set) { return TellsAll(look.client(), *set); });
  if (!all_tell) {
    const auto stats = look.Admin("connPoolStats");
    for (Topology::ReplicaSet* set : sets) {
      if (stats) AddRoles(stats->view(), *set);
    }
  }
  for (Topology::ReplicaSet* set : sets) MergeAnswers(look.client(), *set);
  if (!topology.config_servers || !topology.shard_list) return;
  std::erase_if(sets_, [&](const auto& watched) {
    return std::ranges::find(sets, watched.first, &Topology::ReplicaSet::name) == sets.end();
  });
}

TopologyReader::WatchedSet* TopologyReader::Watch(mongoc_client_t* client, const Topology::ReplicaSet& set) {
  if (set.name.empty() || set.members.empty()) return nullptr;
  WatchedSet& watched = sets_[set.name];
  if (!watched.watch) watched.watch = std::make_unique<MemberWatch>(mongoc_client_get_uri(client), set);
  return &watched;
}

bool TopologyReader::TellsAll(mongoc_client_t* client, const Topology::ReplicaSet& set) {
  const WatchedSet* watched = Watch(client, set);
  if (watched == nullptr) return false;
  const auto answers = watched->watch->Answers();
  return std::ranges::all_of(set.members, [&](const Topology::Member& member) {
    return std::ranges::find(answers, member.name, &MemberAnswer::name) != answers.end();
  });
}

void TopologyReader::MergeAnswers(mongoc_client_t* client, Topology::ReplicaSet& set) {
  WatchedSet* watched = Watch(client, set);
  if (watched != nullptr) watched->roles.Merge(watched->watch->Answers(), SteadyClock::now(), set);
}

void TopologyReader::ReadRouters(const TopologyLook& look, UnixMillis now, Topology& topology) {
  if (!topology.config_servers || !HasNoPrimary(*topology.config_servers)) {
    topology.routers = look.Routers(now);
    if (const auto status = look.Admin("balancerStatus")) topology.balancer = FromBalancer(status->view());
  }
  if (!topology.routers && known_.routers) {
    topology.routers = known_.routers;
    // They cannot tell the config servers that they live, so that they do not says nothing.
    for (Topology::Router& router : *topology.routers) router = {router.name, router.version, {}};
  }
  MarkRouters(look, topology);
}

void TopologyReader::MarkRouters(const TopologyLook& look, Topology& topology) {
  if (!topology.routers) return;
  const auto answering = look.AnsweringRouters();
  for (const std::string& address : router_answers_.Nameless(answering)) {
    router_answers_.Learn(address, look.RouterName(answering.at(address)));
  }
  // A client that is new to this thread may not have reached all of them yet.
  const bool complete = std::exchange(asked_, look.client()) == look.client();
  router_answers_.Mark(complete, *topology.routers);
}

void TopologyReader::ReadContents(const TopologyLook& look, Topology& topology) {
  if (!topology.shard_list) return;
  std::vector<Topology::Shard>& shards = *topology.shard_list;
  topology.counted_at = known_.counted_at;
  const bool waits = (topology.config_servers && HasNoPrimary(*topology.config_servers)) ||
                     std::ranges::any_of(shards, HasNoPrimary, &Topology::Shard::set);
  if (!waits && SteadyClock::now() >= count_again_) {
    if (look.CountChunks(shards) && look.CountDocuments(shards)) {
      topology.counted_at = WallClockNow();
    } else {
      count_again_ = SteadyClock::now() + kCountPause;
    }
  }
  if (known_.shard_list) KeepCounts(*known_.shard_list, shards);
}

}  // namespace demo::mongo
