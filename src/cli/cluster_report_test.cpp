#include "cli/cluster_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "cluster/test_observed.h"

namespace demo {
namespace {

using testing::HasSubstr;

/// A cluster of two shards on the way from one: 12 chunks, four of them moved, a move every two seconds.
class ClusterReport : public testing::Test {
 protected:
  ClusterReport() : topology_(cluster::TestTopology(2)), observed_(cluster::JustStarted(topology_)) {
    cluster::Server& primary = observed_.shards[0].members[0];
    primary.kind = cluster::Server::Kind::kMember;
    primary.primary = true;
    primary.last_write = 9'000;
    observed_.shards[0].members[1] = primary;
    observed_.shards[0].members[1].address = "s1-2:1";
    observed_.shards[0].members[1].primary = false;
    observed_.shards[0].members[1].secondary = true;
    observed_.shards[0].members[1].last_write = 6'000;
    observed_.shards[0].members[2] = cluster::SilentServer("s1-3:1");
    observed_.routers[0].kind = cluster::Server::Kind::kRouter;
    observed_.looked_at = 10'000;
    observed_.data = cluster::DataView{.asked = "r1:1", .wire_version = 7, .version = "4.0.3"};
    observed_.data->shards = {{"s1", "s1/x"}, {"s2", "s2/x"}};
    cluster::CollectionView& users = observed_.data->collections["users"];
    users.exists = true;
    users.shard_key = boost::json::object{{"_id", "hashed"}};
    users.parts = {{"s1", {8, 75'000, 100}}, {"s2", {4, 25'000, 50}}};
    observed_.data->moves = {.balancer_on = true, .ended = {2'000, 4'000, 6'000}};
  }

  cluster::Topology topology_;
  cluster::Observed observed_;
};

TEST_F(ClusterReport, SaysEverythingInText) {
  const std::string text = ReportText(topology_, observed_, Diagnose(topology_, observed_));
  EXPECT_THAT(text, HasSubstr("MongoDB 4.0.3, sharded over 2, asked r1:1\n"));
  EXPECT_THAT(text, HasSubstr("shard s1\n  primary    s1-1:1\n  secondary  s1-2:1  3 s behind\n  silent     s1-3:1\n"));
  EXPECT_THAT(text, HasSubstr("routers\n  answers    r1:1\n  silent     r2:1\n"));
  EXPECT_THAT(text, HasSubstr("  users: sharded on _id hashed\n"));
  EXPECT_THAT(text, HasSubstr("    s1                   8 chunks       75 000 documents  75.0 %\n"));
  EXPECT_THAT(text, HasSubstr("balancer on: 2 chunks to move, about 0:04 left\n"));
  EXPECT_THAT(text, HasSubstr("WRONG member-down: s1: s1-3:1 does not answer (connection refused)\n  do: Start it"));
  EXPECT_THAT(text, HasSubstr("note  chunks-moving: 2 chunks"));
}

TEST_F(ClusterReport, SaysTheSameInJson) {
  const auto report = boost::json::parse(ReportJson(topology_, observed_, Diagnose(topology_, observed_))).as_object();
  EXPECT_EQ(report.at("shards").as_array().size(), 2);
  const auto& secondary = report.at("shards").as_array()[0].at("members").as_array()[1];
  EXPECT_EQ(secondary.at("role"), "secondary");
  EXPECT_EQ(secondary.at("lag_milliseconds"), 3000);
  EXPECT_EQ(report.at("balancer").at("chunks_to_move"), 2);
  EXPECT_EQ(report.at("balancer").at("seconds_left"), 4);
  EXPECT_EQ(report.at("collections").as_array()[0].at("documents"), 100'000);
  EXPECT_EQ(report.at("findings").as_array()[0].at("fault"), true);
}

TEST_F(ClusterReport, SaysWhenNothingMoves) {
  observed_.data->collections["users"].parts["s1"].chunks = 4;
  EXPECT_EQ(BalanceText(observed_), "every chunk is where it belongs");
  observed_.data.reset();
  EXPECT_THAT(BalanceText(observed_), HasSubstr("unknown"));
}

}  // namespace
}  // namespace demo
