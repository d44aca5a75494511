#include "cluster/findings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>

#include "cluster/balance.h"
#include "cluster/plan.h"
#include "cluster/test_observed.h"

namespace demo::cluster {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Observed Complete(const Topology& topology) {
  Observed observed = JustStarted(topology);
  for (Step step = NextStep(topology, observed); !std::holds_alternative<Finished>(step);
       step = NextStep(topology, observed)) {
    if (const auto* wait = std::get_if<Wait>(&step)) {
      wait->effect(observed);
    } else {
      std::get<Do>(step).effect(observed);
    }
  }
  for (Server& router : observed.routers) router.kind = Server::Kind::kRouter;
  return observed;
}

class Findings : public testing::Test {
 protected:
  std::vector<std::string> Names() {
    std::vector<std::string> names;
    for (const Finding& finding : Diagnose(topology_, observed_)) names.emplace_back(finding.state->name);
    return names;
  }
  std::string What(std::string_view name) {
    for (const Finding& finding : Diagnose(topology_, observed_)) {
      if (finding.state->name == name) return finding.what;
    }
    return "not found";
  }
  Server& Member(int number) { return observed_.shards[0].members.at(std::size_t(number)); }

  Topology topology_ = TestTopology(2);
  Observed observed_ = Complete(topology_);
};

TEST_F(Findings, SayNothingOfAWellCluster) {
  EXPECT_THAT(Names(), IsEmpty());
  topology_ = TestReplicaSet();
  observed_ = Complete(topology_);
  EXPECT_THAT(Names(), IsEmpty());
}

TEST_F(Findings, NameMembers) {
  Member(1) = SilentServer("s1-2:1");
  EXPECT_THAT(Names(), ElementsAre("member-down"));
  EXPECT_EQ(What("member-down"), "s1: s1-2:1 does not answer (connection refused)");
  Member(1) = TestServer("s1-2:1", Server::Kind::kUninitialised);
  EXPECT_THAT(Names(), ElementsAre("member-missing"));
  for (const auto kind : {Server::Kind::kRouter, Server::Kind::kStandalone}) {
    Member(1) = TestServer("s1-2:1", kind);
    EXPECT_THAT(Names(), ElementsAre("member-foreign"));
  }
  Member(1) = TestServer("s1-2:1", Server::Kind::kUninitialised, 6);
  EXPECT_THAT(What("member-foreign"), HasSubstr("older than MongoDB 4.0"));
}

TEST_F(Findings, NameAMemberThatDoesNotServe) {
  Member(2).secondary = false;
  observed_.shards[0].states = {{.host = "s1-3:1", .state = "RECOVERING"}};
  EXPECT_EQ(What("member-not-serving"), "s1: s1-3:1 is RECOVERING");
}

TEST_F(Findings, SayNothingOfAnArbiter) {
  Member(2).secondary = false;
  Member(2).arbiter = true;
  observed_.shards[0].states = {{.host = "s1-3:1", .state = "ARBITER"}};
  EXPECT_THAT(Names(), IsEmpty());
}

TEST_F(Findings, NameAMemberThatLags) {
  Member(0).last_write = 50'000;
  Member(1).last_write = 40'001;
  EXPECT_THAT(Names(), IsEmpty());
  Member(1).last_write = 40'000;
  EXPECT_EQ(What("member-lagging"), "s1: s1-2:1 is 10 s behind its primary");
}

TEST_F(Findings, NameAMemberThatTheTopologyDoesNot) {
  topology_.shards[0].members.pop_back();
  observed_.shards[0].members.pop_back();
  EXPECT_THAT(Names(), ElementsAre("member-unlisted"));
  EXPECT_FALSE(Diagnose(topology_, observed_)[0].state->is_fault);
}

TEST_F(Findings, NamePrimaries) {
  Member(1).primary = true;
  EXPECT_EQ(What("two-primaries"), "s1: s1-1:1 and s1-2:1 say that they are primary");
  Member(0).primary = Member(1).primary = false;
  Member(0).secondary = Member(1).secondary = true;
  EXPECT_THAT(Names(), ElementsAre("no-primary"));
}

TEST_F(Findings, NameSeveralServersBehindOneAddress) {
  observed_.shared_addresses["s1-1:1"] = {"a, process 1, primary", "b, process 1, primary"};
  EXPECT_EQ(What("shared-address"), "behind s1-1:1 are 2 servers: a, process 1, primary, b, process 1, primary");
}

TEST_F(Findings, NameRouters) {
  observed_.routers[0] = SilentServer("r1:1");
  EXPECT_THAT(Names(), ElementsAre("router-down"));
  observed_.routers[1] = SilentServer("r2:1");
  EXPECT_THAT(Names(), Contains("no-router"));
  observed_.direct_router = "r1:1";
  EXPECT_THAT(What("direct-connection"), HasSubstr("holds the service to the router r1:1"));
}

TEST_F(Findings, NameRefusedLogins) {
  observed_.shards[1].unasked = {"it refuses the login", true};
  EXPECT_EQ(What("login-refused"), "s2: it refuses the login");
}

TEST_F(Findings, NameWhatIsWrongWithSharding) {
  observed_.data->shards.erase("s2");
  EXPECT_THAT(Names(), ElementsAre("shard-missing", "one-shard"));
  observed_.data->collections["users"].shard_key.reset();
  EXPECT_THAT(Names(), Contains("unsharded-collection"));
  observed_.data->collections["users"].shard_key = boost::json::object{{"email", 1}};
  EXPECT_EQ(What("wrong-shard-key"), "demoDB.users is sharded on email 1, wants _id hashed");
  observed_.data->moves.balancer_on = false;
  EXPECT_THAT(Names(), Contains("balancer-off"));
}

TEST_F(Findings, NameWhatApplyWouldDo) {
  observed_.users->pop_back();
  EXPECT_THAT(Names(), ElementsAre("incomplete"));
  EXPECT_THAT(What("incomplete"), HasSubstr("create the user demo"));
}

TEST_F(Findings, NameChunksThatMove) {
  observed_.data->collections["users"].parts = {{"s1", {12, 0, 0}}};
  EXPECT_EQ(What("chunks-moving"), "6 chunks are still to move to other shards");
}

TEST(Balance, CountsWhatHasToMove) {
  DataView data{.wire_version = kOldestWireVersion, .shards = {{"a", ""}, {"b", ""}, {"c", ""}}};
  const auto to_move = [&](std::int64_t a, std::int64_t b, std::int64_t c) {
    data.collections["x"].shard_key.emplace();
    data.collections["x"].parts = {{"a", {a, 0, 0}}, {"b", {b, 0, 0}}, {"c", {c, 0, 0}}};
    return BalanceOf(data, 0).chunks_to_move;
  };
  EXPECT_EQ(to_move(4, 4, 4), 0);
  EXPECT_EQ(to_move(5, 4, 4), 0);
  EXPECT_EQ(to_move(12, 0, 0), 8);
  EXPECT_EQ(to_move(6, 6, 0), 4);
  EXPECT_EQ(to_move(5, 5, 3), 1);
  EXPECT_EQ(to_move(0, 0, 1), 0);
  data.collections["x"].shard_key.reset();
  EXPECT_EQ(BalanceOf(data, 0).chunks_to_move, 0);
}

TEST(Balance, GoesBySizeSince60) {
  constexpr std::int64_t kGiB = 1024 * 1024 * 1024;
  DataView data{.wire_version = kWireVersion60, .shards = {{"a", ""}, {"b", ""}}};
  data.collections["x"].shard_key.emplace();
  data.collections["x"].parts = {{"a", {12, 0, kGiB / 4}}};
  EXPECT_EQ(BalanceOf(data, 0).chunks_to_move, 0);
  data.collections["x"].parts = {{"a", {1, 0, kGiB}}};
  EXPECT_EQ(BalanceOf(data, 0).chunks_to_move, 4);
}

TEST(Balance, EstimatesByTheLastMoves) {
  DataView data{.wire_version = kOldestWireVersion, .shards = {{"a", ""}, {"b", ""}}};
  data.collections["x"].shard_key.emplace();
  data.collections["x"].parts = {{"a", {12, 0, 0}}};
  EXPECT_EQ(BalanceOf(data, 1'000'000).left, std::nullopt);
  data.moves.ended = {1000, 990'000, 994'000, 998'000};  // the first is of another day
  EXPECT_EQ(BalanceOf(data, 1'000'000).left, std::chrono::seconds(24));
}

/// The headings "## `name`" of the runbook, which are what a link to one of its entries names.
std::set<std::string> RunbookEntries() {
  std::ifstream file(DEMO_SOURCE_DIR "/docs/runbook.md");
  std::set<std::string> entries;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("### ")) entries.insert(line.substr(4));
  }
  return entries;
}

TEST(Runbook, HasAnEntryForEachStateAndNoOther) {
  std::set<std::string> states;
  for (const State& state : States()) {
    states.emplace(state.name);
    EXPECT_TRUE(state.todo.ends_with('.')) << state.name;
  }
  EXPECT_EQ(RunbookEntries(), states);
}

}  // namespace
}  // namespace demo::cluster
