#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "cluster/live_cluster.h"
#include "cluster/recording.h"
#include "cluster/reply.h"
#include "cluster/test_observed.h"

namespace demo::cluster {
namespace {

namespace json = boost::json;

/// Answers as the recorded router did; `failing` fails with `code`.
class Router {
 public:
  CommandResult operator()(const std::string& database, const json::object& command) {
    const std::string name(command.begin()->key());
    const std::string target = reply::Text(command, name);
    asked.push_back(database + "." + name + (target.empty() ? "" : " " + target));
    preferences.insert(reply::Text(reply::Object(command, "$readPreference"), "mode"));
    if (asked.back() == failing) return std::unexpected(CommandError{CommandError::Kind::kServer, code, "no"});
    return Answer(name, target);
  }

  std::vector<std::string> asked;
  std::set<std::string> preferences;
  std::string failing;
  int code = 13;

 private:
  static json::object Answer(const std::string& name, const std::string& target) {
    if (name == "buildInfo") return Recorded("mongos.buildInfo");
    if (name == "listShards") return Recorded("mongos.listShards");
    if (name == "balancerStatus") return Recorded("mongos.balancerStatus");
    if (target == "databases") return RecordedBatch("config.databases");
    if (target == "collections") return RecordedBatch("config.collections");
    if (target == "chunks") {
      return AsBatch({{{"_id", {{"ns", "demoDB.users"}, {"shard", "rs-shard"}}}, {"chunks", 2}},
                      {{"_id", {{"ns", "demoDB.users"}, {"shard", "rs-shard-1"}}}, {"chunks", 2}}});
    }
    if (name == "listCollections") return AsBatch({{{"name", "users"}, {"type", "collection"}}});
    if (name == "listIndexes") return AsBatch({{{"name", "_id_"}, {"key", {{"_id", {{"$numberInt", "1"}}}}}}});
    if (name == "aggregate") return RecordedBatch("mongos.aggregate.collStats");
    return AsBatch({});
  }
};

class LookThroughTest : public testing::Test {
 protected:
  auto Look() { return LookThrough(topology_, server_, std::ref(router_)); }

  Topology topology_ = TestTopology();
  Server server_ = TestServer("r1:1", Server::Kind::kRouter);
  Router router_;
};

TEST_F(LookThroughTest, ReadsWhatARouterSays) {
  const auto data = Look();
  ASSERT_TRUE(data) << data.error().message;
  EXPECT_EQ(data->asked, "r1:1");
  EXPECT_EQ(data->version, "4.0.3");
  EXPECT_EQ(data->shards.size(), 2);
  EXPECT_TRUE(data->database_sharded);
  EXPECT_TRUE(data->moves.balancer_on);
  const CollectionView& users = data->collections.at("users");
  EXPECT_TRUE(users.exists);
  EXPECT_EQ(users.shard_key, (json::object{{"user_id", "hashed"}}));
  EXPECT_EQ(users.parts.at("rs-shard-1").chunks, 2);
  EXPECT_EQ(users.indexes.size(), 1);
  EXPECT_FALSE(data->collections.at("requests").exists);
  EXPECT_FALSE(data->majority_by_default);
}

TEST_F(LookThroughTest, AsksAnOldServerNothingThatItDoesNotKnow) {
  ASSERT_TRUE(Look());
  EXPECT_THAT(router_.asked, testing::Not(testing::Contains("admin.getDefaultRWConcern")));
  router_.asked.clear();
  server_.wire_version = kWireVersion44;
  ASSERT_TRUE(Look());
  EXPECT_THAT(router_.asked, testing::Contains("admin.getDefaultRWConcern"));
}

TEST_F(LookThroughTest, TakesWhatTheClustersVersionForbidsForAbsent) {
  server_.wire_version = kWireVersion44;
  router_.failing = "admin.getDefaultRWConcern";
  for (const int code : {59, 115}) {
    router_.code = code;
    const auto data = Look();
    ASSERT_TRUE(data) << code;
    EXPECT_EQ(data->majority_by_default, std::nullopt);
  }
}

TEST_F(LookThroughTest, AsksNothingAboutShardsInAReplicaSet) {
  topology_ = TestReplicaSet();
  ASSERT_TRUE(Look());
  EXPECT_THAT(router_.asked, testing::Each(testing::Not(testing::StartsWith("config."))));
}

TEST_F(LookThroughTest, NeedsNoPrimaryBehindARouter) {
  ASSERT_TRUE(Look());
  EXPECT_THAT(router_.preferences, testing::ElementsAre("primaryPreferred"));
  router_.preferences.clear();
  topology_ = TestReplicaSet();
  ASSERT_TRUE(Look());
  EXPECT_THAT(router_.preferences, testing::ElementsAre("")) << "the driver says it to a member";
}

TEST(WhoTellsOfData, IsARouterAlsoWhereNobodyCanBeAskedForTheUsers) {
  const Topology topology = TestTopology();
  Observed observed = JustStarted(topology);
  EXPECT_EQ(WhoTellsOfData(topology, observed), nullptr) << "no router answers";
  observed.routers[1].kind = Server::Kind::kRouter;
  EXPECT_EQ(WhoTellsOfData(topology, observed), &observed.routers[1]);
  observed.users.emplace();
  EXPECT_EQ(WhoTellsOfData(topology, observed), nullptr) << "there is no administrator yet";
  observed.users = {{.name = "admin", .password_fits = true}};
  EXPECT_EQ(WhoTellsOfData(topology, observed), &observed.routers[1]);
}

TEST_F(LookThroughTest, TellsWhatFailed) {
  for (const char* failing : {"admin.listShards", "config.find collections", "demoDB.listIndexes users"}) {
    router_.failing = failing;
    const auto data = Look();
    ASSERT_FALSE(data) << failing;
    EXPECT_EQ(data.error().code, 13);
  }
}

TEST_F(LookThroughTest, TakesACollectionThatGoesMeanwhileForEmpty) {
  router_.failing = "demoDB.listIndexes users";
  router_.code = 26;
  EXPECT_TRUE(Look());
}

}  // namespace
}  // namespace demo::cluster
