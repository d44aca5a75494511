#include "cluster/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>

#include "cluster/test_observed.h"

namespace demo::cluster {
namespace {

namespace json = boost::json;
using testing::ElementsAre;
using testing::HasSubstr;
using Kind = Server::Kind;

/// Follows the plan to its end, as if every step and every wait succeeded, and returns what it did.
std::vector<Do> Follow(const Topology& topology, Observed& observed) {
  std::vector<Do> steps;
  for (int i = 0; i < 1000; ++i) {
    const Step step = NextStep(topology, observed);
    if (std::holds_alternative<Finished>(step)) return steps;
    if (const auto* stuck = std::get_if<Stuck>(&step)) {
      ADD_FAILURE() << stuck->reason;
      return steps;
    }
    if (const auto* wait = std::get_if<Wait>(&step)) {
      wait->effect(observed);
      continue;
    }
    steps.push_back(std::get<Do>(step));
    steps.back().effect(observed);
  }
  ADD_FAILURE() << "the plan does not end";
  return steps;
}

std::vector<std::string> Texts(const std::vector<Do>& steps) {
  std::vector<std::string> texts;
  for (const Do& step : steps) texts.push_back(step.text);
  return texts;
}

Observed Complete(const Topology& topology) {
  Observed observed = JustStarted(topology);
  Follow(topology, observed);
  return observed;
}

std::string StuckAt(const Topology& topology, const Observed& observed) {
  const Step step = NextStep(topology, observed);
  const auto* stuck = std::get_if<Stuck>(&step);
  return stuck ? stuck->reason : "not stuck";
}

std::string WaitsFor(const Topology& topology, const Observed& observed) {
  const Step step = NextStep(topology, observed);
  const auto* wait = std::get_if<Wait>(&step);
  return wait ? wait->reason : "does not wait";
}

Do NextDo(const Topology& topology, const Observed& observed) {
  const Step step = NextStep(topology, observed);
  const auto* action = std::get_if<Do>(&step);
  return action ? *action : Do{.text = "does nothing", .address = {}, .database = {}, .command = {}, .effect = {}};
}

bool IsFinished(const Topology& topology, const Observed& observed) {
  return std::holds_alternative<Finished>(NextStep(topology, observed));
}

TEST(Plan, BringsUpAShardedClusterFromNothing) {
  Topology topology = TestTopology(2);
  topology.collections = {{"orders", {{"user_id", "hashed"}}, {{"user_id_1", {{"user_id", 1}}, {}}}}};
  Observed observed = JustStarted(topology);
  // All sets are initiated before the first election is waited for: the elections take their time together.
  EXPECT_THAT(Texts(Follow(topology, observed)),
              ElementsAre("cfg: initiate with 3 members", "s1: initiate with 3 members", "s2: initiate with 3 members",
                          "cfg: create the user admin (root@admin)",
                          "cfg: create the user demo (readWrite@demoDB, clusterMonitor@admin)", "s1: add it as a shard",
                          "s2: add it as a shard", "demoDB: enable sharding", "demoDB.orders: shard on user_id hashed",
                          "demoDB.orders: build the index user_id_1 (user_id 1)"));
  EXPECT_TRUE(IsFinished(topology, observed));
}

TEST(Plan, BringsUpAReplicaSetFromNothing) {
  Topology topology = TestReplicaSet();
  topology.collections = {{"orders", {{"user_id", "hashed"}}, {{"user_id_1", {{"user_id", 1}}, {}}}}};
  Observed observed = JustStarted(topology);
  EXPECT_THAT(Texts(Follow(topology, observed)),
              ElementsAre("s1: initiate with 3 members", "s1: create the user admin (root@admin)",
                          "s1: create the user demo (readWrite@demoDB, clusterMonitor@admin)",
                          "demoDB.orders: build the index user_id_1 (user_id 1)"));
}

TEST(Plan, DoesNothingWhereNothingIsMissing) {
  for (const Topology& topology : {TestTopology(1), TestTopology(3), TestReplicaSet()}) {
    EXPECT_TRUE(IsFinished(topology, Complete(topology)));
  }
}

TEST(Plan, ShowsNoSecret) {
  const Topology topology = TestTopology(2);
  Observed observed = JustStarted(topology);
  for (const Do& step : Follow(topology, observed)) EXPECT_THAT(step.text, Not(HasSubstr("secret"))) << step.text;
}

TEST(Plan, InitiatesByTheFirstMember) {
  const Topology topology = TestTopology();
  const Do step = NextDo(topology, JustStarted(topology));
  EXPECT_EQ(step.address, "c1:1");
  EXPECT_EQ(json::serialize(step.command),
            R"({"replSetInitiate":{"_id":"cfg","version":1,"members":[{"_id":0,"host":"c1:1"},{"_id":1,"host":"c2:1"},)"
            R"({"_id":2,"host":"c3:1"}],"settings":{"heartbeatIntervalMillis":500,"electionTimeoutMillis":5000,)"
            R"("catchUpTimeoutMillis":2000},)"
            R"("configsvr":true}})");
}

TEST(Plan, InitiatesOnlyWithAllMembers) {
  const Topology topology = TestReplicaSet();
  Observed observed = JustStarted(topology);
  observed.shards[0].members[2] = SilentServer("s1-3:1");
  EXPECT_EQ(WaitsFor(topology, observed), "s1: 2 of 3 members answer, waiting for s1-3:1 (connection refused)");
}

TEST(Plan, DoesWhatItCanBeforeItWaits) {
  const Topology topology = TestTopology();
  Observed observed = JustStarted(topology);
  observed.config->members[0] = SilentServer("c1:1");
  EXPECT_EQ(NextDo(topology, observed).text, "s1: initiate with 3 members");
  NextDo(topology, observed).effect(observed);
  EXPECT_THAT(WaitsFor(topology, observed), testing::StartsWith("cfg: 2 of 3 members answer"));
  EXPECT_THAT(WaitsFor(topology, observed), HasSubstr("; s1: no primary yet (s1-1:1 is starting"));
}

TEST(Plan, WaitsForOnePrimary) {
  const Topology topology = TestReplicaSet();
  Observed observed = Complete(topology);
  observed.shards[0].members[1].primary = true;
  EXPECT_THAT(WaitsFor(topology, observed), HasSubstr("s1: no primary yet (s1-1:1 is primary, s1-2:1 is primary"));
}

TEST(Plan, GoesOnWithoutAMinority) {
  const Topology topology = TestTopology();
  Observed observed = Complete(topology);
  observed.shards[0].members[2] = SilentServer("s1-3:1");
  observed.routers[0] = SilentServer("r1:1");
  EXPECT_TRUE(IsFinished(topology, observed));
  observed.shards[0].members[1] = SilentServer("s1-2:1");
  EXPECT_THAT(WaitsFor(topology, observed), HasSubstr("s1: no majority serves yet"));
}

TEST(Plan, RefusesServersThatAreNoneOfTheSet) {
  const Topology topology = TestTopology();
  const auto with = [&](Server server) {
    Observed observed = JustStarted(topology);
    observed.shards[0].members[1] = std::move(server);
    return StuckAt(topology, observed);
  };
  EXPECT_EQ(with(TestServer("x:1", Kind::kRouter)), "s1: x:1 is a router (mongos)");
  EXPECT_EQ(with(TestServer("x:1", Kind::kStandalone)), "s1: x:1 runs without --replSet s1");
  EXPECT_THAT(with(TestServer("x:1", Kind::kUninitialised, 6)), HasSubstr("older than MongoDB 4.0"));
  Server foreign = TestServer("x:1", Kind::kMember);
  foreign.set_name = "other";
  EXPECT_EQ(with(foreign), "s1: x:1 is a member of the replica set other");
}

TEST(Plan, AddsMembersOneAtATime) {
  Topology topology = TestReplicaSet();
  Observed observed = Complete(topology);
  topology.shards[0].members = {"s1-1:1", "s1-2:1", "s1-3:1", "s1-4:1", "s1-5:1"};
  for (const char* address : {"s1-4:1", "s1-5:1"}) {
    observed.shards[0].members.push_back(TestServer(address, Kind::kUninitialised));
  }
  const Do step = NextDo(topology, observed);
  EXPECT_EQ(step.text, "s1: add the member s1-4:1");
  EXPECT_EQ(step.address, "s1-1:1");
  EXPECT_THAT(json::serialize(step.command), HasSubstr(R"("version":2,)"));
  EXPECT_THAT(json::serialize(step.command), HasSubstr(R"({"_id":3,"host":"s1-4:1"}])"));
  step.effect(observed);
  observed.shards[0].members[3].secondary = false;
  EXPECT_EQ(WaitsFor(topology, observed), "s1: s1-4:1 copies the data before another member is added");
  EXPECT_THAT(Texts(Follow(topology, observed)), ElementsAre("s1: add the member s1-5:1"));
}

TEST(Plan, KnowsAMemberByTheNameThatItGivesItself) {
  const Topology topology = TestReplicaSet();
  Observed observed = Complete(topology);
  observed.shards[0].members[1].calls_itself = "long.name:1";
  observed.shards[0].config->at("members").as_array()[1] = {{"_id", 1}, {"host", "long.name:1"}};
  EXPECT_TRUE(IsFinished(topology, observed));
}

TEST(Plan, NeverRemovesAMember) {
  Topology topology = TestReplicaSet();
  Observed observed = Complete(topology);
  topology.shards[0].members.pop_back();
  observed.shards[0].members.pop_back();
  EXPECT_TRUE(IsFinished(topology, observed));
}

TEST(Plan, MendsUsers) {
  const Topology topology = TestTopology();
  Observed observed = Complete(topology);
  observed.users->at(1).roles = {"readWrite@demoDB"};
  observed.users->at(1).password_fits = false;
  EXPECT_THAT(Texts(Follow(topology, observed)), ElementsAre("cfg: grant clusterMonitor@admin to the user demo",
                                                             "cfg: give the user demo the password of app.password"));
  observed.users->erase(observed.users->begin());
  const Do step = NextDo(topology, observed);
  EXPECT_EQ(step.address, "c1:1");
  EXPECT_EQ(json::serialize(step.command),
            R"({"createUser":"admin","pwd":"secret-of-admin","roles":[{"role":"root","db":"admin"}],)"
            R"("writeConcern":{"w":"majority","wtimeout":30000}})");
}

TEST(Plan, AddsAShardToARunningCluster) {
  const Topology before = TestTopology(1);
  Observed observed = Complete(before);
  const Topology after = TestTopology(2);
  observed.shards.push_back(TestSet(after.shards[1], Kind::kUninitialised));
  EXPECT_THAT(Texts(Follow(after, observed)), ElementsAre("s2: initiate with 3 members", "s2: add it as a shard"));
}

TEST(Plan, RefusesAShardOfTheSameName) {
  const Topology topology = TestTopology();
  Observed observed = Complete(topology);
  observed.data->shards["s1"] = "other/x:1";
  EXPECT_THAT(StuckAt(topology, observed), HasSubstr("another shard of this name"));
}

TEST(Plan, WaitsForARouter) {
  const Topology topology = TestTopology();
  Observed observed = Complete(topology);
  observed.data.reset();
  observed.data_unasked.text = "r1:1: it refuses the login";
  EXPECT_EQ(WaitsFor(topology, observed), "no router can be asked yet: r1:1: it refuses the login");
  for (Server& router : observed.routers) router = SilentServer(router.address);
  EXPECT_EQ(WaitsFor(topology, observed),
            "no router answers yet: r1:1 (connection refused), r2:1 (connection refused)");
  observed.routers[1] = TestServer("r2:1", Kind::kMember);
  EXPECT_EQ(StuckAt(topology, observed), "routers: r2:1 is no router (mongos)");
}

class PlanCollections : public testing::Test {
 protected:
  PlanCollections() {
    topology_.collections = {{"orders", {{"user_id", "hashed"}}, {}}};
    observed_ = Complete(topology_);
  }
  CollectionView& Orders() { return observed_.data->collections["orders"]; }
  void Unshard(std::int64_t documents) {
    Orders() = {.exists = true, .indexes = {{{"key", {{"_id", 1}}}}}, .parts = {{"s1", {0, documents, 0}}}};
  }

  Topology topology_ = TestTopology(2);
  Observed observed_;
};

TEST_F(PlanCollections, SpreadsAnEmptyCollectionAtItsBirth) {
  Unshard(0);
  EXPECT_EQ(json::serialize(NextDo(topology_, observed_).command),
            R"({"shardCollection":"demoDB.orders","key":{"user_id":"hashed"},"numInitialChunks":12})");
  observed_.data->wire_version = kWireVersion60;
  EXPECT_EQ(json::serialize(NextDo(topology_, observed_).command),
            R"({"shardCollection":"demoDB.orders","key":{"user_id":"hashed"}})");
}

TEST_F(PlanCollections, IndexesAFullCollectionBeforeItIsSharded) {
  Unshard(7);
  EXPECT_EQ(json::serialize(NextDo(topology_, observed_).command),
            R"({"createIndexes":"orders","indexes":[{"name":"user_id_hashed","key":{"user_id":"hashed"}}]})");
  NextDo(topology_, observed_).effect(observed_);
  EXPECT_EQ(json::serialize(NextDo(topology_, observed_).command),
            R"({"shardCollection":"demoDB.orders","key":{"user_id":"hashed"}})");
}

TEST_F(PlanCollections, ChangesNoShardKey) {
  Orders().shard_key = json::object{{"_id", "hashed"}};
  EXPECT_THAT(StuckAt(topology_, observed_), HasSubstr("sharded on _id hashed, and the topology wants user_id hashed"));
}

TEST_F(PlanCollections, ChangesNoIndex) {
  topology_.collections[0].indexes = {{"at_1", {{"at", 1}}, {{"expireAfterSeconds", 60}}}};
  Orders().indexes.push_back({{"key", {{"at", 1}}}, {"expireAfterSeconds", 30}});
  EXPECT_THAT(StuckAt(topology_, observed_), HasSubstr("with other options"));
  Orders().indexes.back()["expireAfterSeconds"] = 60;
  EXPECT_TRUE(IsFinished(topology_, observed_));
}

TEST_F(PlanCollections, SetsDefaultsWhereTheServerHasThem) {
  observed_.data->moves.balancer_on = false;
  EXPECT_THAT(Texts(Follow(topology_, observed_)), ElementsAre("balancer: start it"));
  observed_.data->majority_by_default = false;
  EXPECT_THAT(Texts(Follow(topology_, observed_)), ElementsAre("default concerns: reads and writes by majority"));
}

}  // namespace
}  // namespace demo::cluster
