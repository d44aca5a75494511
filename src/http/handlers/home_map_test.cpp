#include "http/handlers/home_map.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "http/handlers/map_states.h"

namespace demo::http {
namespace {

using pages::Language;
using pages::MapNode;
using pages::NodeState;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using Role = Topology::Role;

constexpr UnixMillis kTime = 1795435390000;  // 2026-11-23T12:03:10Z

Topology::ReplicaSet SetOf(const std::string& name, const std::vector<Role>& roles) {
  Topology::ReplicaSet set{name, {}};
  for (const Role role : roles) set.members.push_back({name + "-" + std::to_string(set.members.size()), role, {}});
  return set;
}

Topology Sharded() {
  Topology topology;
  topology.mode = Topology::Mode::kSharding;
  topology.connected_to = "mongos";
  topology.version = "MongoDB 4.0.3";
  topology.shards = 2;
  topology.shard_list = {
      {"rs-shard", SetOf("rs-shard", {Role::kPrimary, Role::kSecondary}), {{"users", 2, 50}, {"orders", 2, 70}}},
      {"rs-shard-2", SetOf("rs-shard-2", {Role::kDown, Role::kSecondary}), {{"users", 2, 51}, {"orders", 2, 71}}}};
  topology.shard_list->front().set.members[1].lag = std::chrono::milliseconds(2500);
  topology.config_servers = SetOf("rs-config", {Role::kPrimary});
  topology.routers = {{"mongos-a:27017", "4.0.3", std::chrono::seconds(2), true},
                      {"mongos-b:27017", "4.0.3", std::chrono::seconds(2), false},
                      {"mongos-c:27017", "4.0.3", std::chrono::seconds(31), {}}};
  topology.balancer = {.on = true, .working = false};
  topology.counted_at = kTime;
  return topology;
}

Topology Replicated() {
  Topology topology;
  topology.mode = Topology::Mode::kReplication;
  topology.connected_to = "mongod";
  topology.replica_set = SetOf("rs0", {Role::kSecondary, Role::kPrimary, Role::kArbiter});
  return topology;
}

class HomeMap : public testing::Test {
 protected:
  HomeMap() {
    config_.instance = "demo-1";
    config_.environment = "dev";
    config_.mongodb_uri = "mongodb://routers";
    measured_.readiness = {Readiness::Status::kReady, {{"store", true, kTime, ""}}};
    measured_.instances = {
        .what = std::vector<Host>{{"demo-1", ""}, {"demo-2", ""}}, .read_at = kTime, .current = true};
  }

  void Show(const Topology& topology, bool current = true) {
    measured_.store = {.what = topology, .read_at = kTime, .current = current};
  }
  [[nodiscard]] pages::MapView Map(Language language = Language::kEnglish) const {
    return MapOf(language, config_, nullptr, measured_);
  }
  [[nodiscard]] MapNode Node(const std::string& id) const {
    const auto map = Map();
    const auto found = std::ranges::find(map.nodes, id, &MapNode::id);
    return found == map.nodes.end() ? MapNode{.id = "", .kind = "not drawn", .column = 0, .name = ""} : *found;
  }
  [[nodiscard]] std::vector<std::string> Ids() const {
    std::vector<std::string> ids;
    for (const MapNode& node : Map().nodes) ids.push_back(node.id);
    return ids;
  }

  Config config_;
  Measured measured_;
};

TEST_F(HomeMap, DrawsAShardedCluster) {
  Show(Sharded());
  EXPECT_THAT(Ids(), ElementsAre("client", "instance:demo-1", "instance:demo-2", "router:mongos-a:27017",
                                 "router:mongos-b:27017", "router:mongos-c:27017", "shard:rs-shard", "shard:rs-shard-2",
                                 "config"));
  const MapNode shard = Node("shard:rs-shard");
  EXPECT_EQ(shard.state, NodeState::kUp);
  EXPECT_EQ(shard.says, "");
  EXPECT_THAT(shard.details, ElementsAre("● rs-shard-0 primary", "○ rs-shard-1 secondary, 2.5 s behind",
                                         HasSubstr("▰▰▰▰▱▱▱▱"), "users: 50", "orders: 70"));
  EXPECT_EQ(Node("shard:rs-shard-2").state, NodeState::kNoPrimary);
  EXPECT_EQ(Node("shard:rs-shard-2").says, "no primary; 1 member answers");
  EXPECT_THAT(Node("shard:rs-shard-2").details, Contains("✕ rs-shard-2-0 down"));
  EXPECT_EQ(Node("config").details.size(), 2u);
}

TEST_F(HomeMap, TellsRoutersThatAnswerFromThoseThatDoNot) {
  Show(Sharded());
  EXPECT_EQ(Node("router:mongos-a:27017").state, NodeState::kUp);
  EXPECT_EQ(Node("router:mongos-b:27017").state, NodeState::kDown) << "though it told the config servers a moment ago";
  EXPECT_EQ(Node("router:mongos-c:27017").state, NodeState::kSilent) << "nobody asked it";
  EXPECT_EQ(Node("router:mongos-c:27017").says, "silent, last heard 31 s ago");
  Topology topology = Sharded();
  topology.routers->back().silence = std::chrono::seconds(7);
  Show(topology);
  EXPECT_EQ(Node("router:mongos-c:27017").state, NodeState::kUp);
  EXPECT_EQ(Node("router:mongos-c:27017").says, "last heard 7 s ago");
}

TEST_F(HomeMap, JoinsNeighboursOnly) {
  Show(Sharded());
  const auto map = Map();
  const auto has = [&](const std::string& from, const std::string& to) {
    return std::ranges::any_of(map.edges, [&](const auto& edge) { return edge.from == from && edge.to == to; });
  };
  EXPECT_TRUE(has("client", "instance:demo-2"));
  EXPECT_TRUE(has("router:mongos-b:27017", "shard:rs-shard-2"));
  EXPECT_FALSE(has("instance:demo-1", "shard:rs-shard"));
}

TEST_F(HomeMap, SaysWhenTheNumbersAreOlderThanTheRoles) {
  Topology topology = Sharded();
  Show(topology);
  EXPECT_THAT(Node("shard:rs-shard").details, Not(Contains(HasSubstr("counted at"))));
  topology.counted_at = kTime - 10'000;
  Show(topology);
  EXPECT_THAT(Node("shard:rs-shard").details, Contains("counted at 12:03:00"));
}

TEST_F(HomeMap, DrawsAReplicaSetAsOneBox) {
  Show(Replicated());
  EXPECT_THAT(Ids(), ElementsAre("client", "instance:demo-1", "instance:demo-2", "store"));
  const MapNode set = Node("store");
  EXPECT_EQ(set.kind, "replica_set");
  EXPECT_EQ(set.name, "rs0");
  EXPECT_EQ(set.state, NodeState::kUp);
  EXPECT_THAT(set.details, ElementsAre("○ rs0-0 secondary", "● rs0-1 primary", "△ rs0-2 arbiter"));
}

TEST_F(HomeMap, CallsNothingUpThatWasReadLongAgo) {
  Show(Sharded(), false);
  for (const char* id : {"router:mongos-a:27017", "shard:rs-shard", "shard:rs-shard-2", "config"}) {
    EXPECT_EQ(Node(id).state, NodeState::kUnknown) << id;
  }
  Show(Replicated(), false);
  EXPECT_EQ(Node("store").state, NodeState::kUnknown);
}

TEST_F(HomeMap, DrawsWhatNobodyEverReadFromTheStoresHealth) {
  measured_.readiness.checks = {{"store", false, kTime, "nobody listens"}};
  EXPECT_EQ(Node("store").name, "MongoDB");
  EXPECT_EQ(Node("store").state, NodeState::kDown);
  EXPECT_THAT(Node("store").details, ElementsAre("nobody listens"));
}

TEST_F(HomeMap, DrawsTheEmbeddedStoresFile) {
  config_.mongodb_uri.clear();
  Topology topology;
  topology.location = "/data/demo.db";
  topology.version = "SQLite 3.40.1";
  Show(topology);
  EXPECT_EQ(Node("store").kind, "embedded");
  EXPECT_EQ(Node("store").name, "demo.db");
  EXPECT_EQ(Node("store").state, NodeState::kUp);
}

TEST_F(HomeMap, TellsPeersThatDrainFromThoseThatServe) {
  Show(Sharded());
  EXPECT_EQ(Node("instance:demo-2").state, NodeState::kUp);
  measured_.instances.what->back().draining = true;
  EXPECT_EQ(Node("instance:demo-2").state, NodeState::kDraining);
  measured_.instances.current = false;
  EXPECT_EQ(Node("instance:demo-2").state, NodeState::kUnknown);
  EXPECT_EQ(Node("instance:demo-2").since, kTime) << "unknown since then";
  measured_.readiness.status = Readiness::Status::kDraining;
  EXPECT_EQ(Node("instance:demo-1").state, NodeState::kDraining);
}

TEST_F(HomeMap, CallsAPeerSilentThatMissedTwoRenewals) {
  Show(Sharded());
  const auto seconds = [](int count) { return std::chrono::milliseconds(1000 * count + 900); };
  Host& peer = measured_.instances.what->back();
  peer.silence = seconds(7);
  EXPECT_EQ(Node("instance:demo-2").state, NodeState::kUp);
  EXPECT_EQ(Node("instance:demo-2").says, "last heard 7 s ago");
  peer.silence = seconds(11);
  EXPECT_EQ(Node("instance:demo-2").state, NodeState::kSilent);
  EXPECT_EQ(Node("instance:demo-2").says, "silent, last heard 11 s ago");
  peer.draining = true;
  EXPECT_EQ(Node("instance:demo-2").state, NodeState::kSilent) << "nobody knows whether it still drains";
  measured_.instances.what->front().silence = seconds(20);
  EXPECT_EQ(Node("instance:demo-1").state, NodeState::kUp) << "it answers now";
}

TEST_F(HomeMap, CallsASetWithoutSomeOfItsMembersDegraded) {
  Topology topology = Sharded();
  topology.shard_list->front().set = SetOf("rs-shard", {Role::kPrimary, Role::kDown});
  topology.config_servers = SetOf("rs-config", {Role::kDown, Role::kPrimary, Role::kStarting});
  Show(topology);
  EXPECT_EQ(Node("shard:rs-shard").state, NodeState::kDegraded);
  EXPECT_EQ(Node("shard:rs-shard").says, "1 of 2 down");
  EXPECT_EQ(Node("config").state, NodeState::kDegraded);
  EXPECT_EQ(Node("config").says, "1 of 3 down, 1 of 3 starting");
  topology.config_servers = SetOf("rs-config", {Role::kSecondary, Role::kSecondary, Role::kDown});
  topology.shard_list->front().set = SetOf("rs-shard", {Role::kDown, Role::kDown});
  topology.shard_list->back().set = SetOf("rs-shard-2", {Role::kUnknown, Role::kSecondary});
  Show(topology);
  EXPECT_EQ(Node("config").state, NodeState::kNoPrimary);
  EXPECT_EQ(Node("config").says, "no primary; 2 members answer");
  EXPECT_EQ(Node("shard:rs-shard").state, NodeState::kDown);
  EXPECT_EQ(Node("shard:rs-shard-2").state, NodeState::kUnknown) << "the other one may be primary";
}

TEST(RedisState, SaysWhatIsMissing) {
  SharedTierStatus status;
  status.breaker = SharedTierStatus::Breaker::kClosed;
  status.replicas = {{"replica:6379", true}};
  status.sentinels = {{"a:26379", true}, {"b:26379", true}, {"c:26379", true}};
  EXPECT_EQ(StateOf(Language::kEnglish, status).state, NodeState::kUp);
  status.sentinels.back().answers = false;
  status.replicas.front().online = false;
  EXPECT_EQ(StateOf(Language::kEnglish, status).state, NodeState::kDegraded);
  EXPECT_EQ(StateOf(Language::kEnglish, status).says, "replicas away: 1 of 1, sentinels silent: 1 of 3");
  status.replicas.clear();
  EXPECT_EQ(StateOf(Language::kFrench, status).says, "pas de réplique, sentinelles muettes : 1 sur 3");
  status.breaker = SharedTierStatus::Breaker::kOpen;
  EXPECT_EQ(StateOf(Language::kEnglish, status).state, NodeState::kDown);
  EXPECT_EQ(StateOf(Language::kEnglish, status).says, "not used");
}

TEST_F(HomeMap, HasEveryEventInBothLanguages) {
  for (int kind = 0; kind <= static_cast<int>(TopologyEvent::Kind::kInstanceGone); ++kind) {
    const TopologyEvent event{static_cast<TopologyEvent::Kind>(kind), kTime, "rs-shard", "m-1", 3};
    for (const Language language : {Language::kEnglish, Language::kFrench}) {
      EXPECT_THAT(EventText(language, event), Not(HasSubstr("event."))) << kind;
    }
  }
  EXPECT_EQ(EventText(Language::kEnglish, {TopologyEvent::Kind::kInstanceDrains, kTime, "", "demo-2"}),
            "demo-2 is draining");
}

}  // namespace
}  // namespace demo::http
