#include "store/mongo/topology.h"

#include <gtest/gtest.h>

#include <array>
#include <fstream>
#include <sstream>

namespace demo::mongo {
namespace {

using Role = Topology::Role;
constexpr std::array<std::string_view, 2> kShown = {"users", "orders"};

/// What a real cluster of MongoDB 4.0.3 answered.
const Document& Recording() {
  static const Document recording = [] {
    const std::ifstream file(DEMO_SOURCE_DIR "/tests/data/mongo-replies/mongodb-4.0.3.json");
    std::ostringstream text;
    text << file.rdbuf();
    return Document::FromJson(text.str());
  }();
  return recording;
}

/// Names have dots, so they are no paths.
std::optional<View> Named(std::string_view name, std::string_view member) {
  bson_iter_t entry;
  if (!bson_iter_init_find(&entry, Recording().get(), std::string(name).c_str())) return std::nullopt;
  const std::uint8_t* data = nullptr;
  std::uint32_t size = 0;
  bson_iter_document(&entry, &size, &data);
  return View(data, size).FindDocument(member);
}

View Reply(std::string_view name) { return Named(name, "reply").value(); }

std::vector<Document> Rows(std::string_view name) {
  bson_iter_t entry;
  EXPECT_TRUE(bson_iter_init_find(&entry, Recording().get(), std::string(name).c_str())) << name;
  const std::uint8_t* data = nullptr;
  std::uint32_t size = 0;
  bson_iter_document(&entry, &size, &data);
  std::vector<Document> rows;
  View(data, size).ForEach("reply", [&](const std::string&, const View& row) { rows.push_back(row.Copy()); });
  return rows;
}

TEST(FromStatus, NamesRolesAndLag) {
  const auto set = FromStatus(Reply("shard_primary.replSetGetStatus"));
  EXPECT_EQ(set.name, "rs-shard");
  ASSERT_EQ(set.members.size(), 3u);
  EXPECT_EQ(set.members[0].name, "127.0.0.1:27200");
  EXPECT_EQ(set.members[0].role, Role::kPrimary);
  EXPECT_EQ(set.members[0].lag, std::nullopt);
  EXPECT_EQ(set.members[1].role, Role::kSecondary);
  ASSERT_TRUE(set.members[1].lag.has_value());
  EXPECT_GE(set.members[1].lag->count(), 0);
}

TEST(FromStatus, KnowsEveryState) {
  const auto status = Document::FromJson(R"({"set":"rs0","members":[
      {"name":"a","state":1,"optimeDate":{"$date":10000}},{"name":"b","state":2,"optimeDate":{"$date":7500}},
      {"name":"c","state":3},{"name":"d","state":7},{"name":"e","state":8},{"name":"f","state":6},{"name":"g"}]})");
  const auto set = FromStatus(status.view());
  std::vector<Role> roles;
  for (const auto& member : set.members) roles.push_back(member.role);
  EXPECT_EQ(roles, (std::vector{Role::kPrimary, Role::kSecondary, Role::kStarting, Role::kArbiter, Role::kDown,
                                Role::kUnknown, Role::kStarting}));
  EXPECT_EQ(set.members[1].lag, std::chrono::milliseconds(2500));
}

TEST(FromHello, KnowsThePrimaryOnly) {
  const auto set = FromHello(Reply("shard_secondary.isMaster"));
  EXPECT_EQ(set.name, "rs-shard");
  ASSERT_EQ(set.members.size(), 3u);
  EXPECT_EQ(set.members[0].role, Role::kPrimary);
  EXPECT_EQ(set.members[1].role, Role::kUnknown);
}

TEST(FromSeeds, ReadsWhatShardsAreCalled) {
  const auto set = FromSeeds("rs-shard/a:1,b:2");
  EXPECT_EQ(set.name, "rs-shard");
  ASSERT_EQ(set.members.size(), 2u);
  EXPECT_EQ(set.members[1].name, "b:2");
  EXPECT_EQ(FromSeeds("a:1").members.size(), 1u);
  EXPECT_TRUE(FromSeeds("rs/").members.empty());
}

TEST(FromShards, CountsChunksAndDocumentsOfARecordedCluster) {
  auto shards = FromShards(Reply("mongos.listShards"), kShown);
  ASSERT_EQ(shards.size(), 2u);
  EXPECT_EQ(shards[0].name, "rs-shard");
  EXPECT_EQ(shards[1].set.members.size(), 3u);
  EXPECT_EQ(shards[0].parts[0].collection, "users");
  EXPECT_EQ(shards[0].parts[0].chunks, std::nullopt) << "nobody has counted yet";

  std::map<std::pair<std::string, std::string>, std::int64_t> chunks;
  for (const Document& chunk : Rows("config.chunks")) ++chunks[{chunk.view().Text("shard"), chunk.view().Text("ns")}];
  std::vector<Document> counts;
  for (const auto& [key, n] : chunks) {
    Document id = Doc("shard", key.first);
    id.Add("ns", key.second);
    counts.push_back(Doc("_id", id));
    counts.back().Add("n", n);
  }
  AddChunks(counts, Rows("config.collections"), "demoDB", shards);
  EXPECT_EQ(shards[0].parts[0].chunks, 2);
  EXPECT_EQ(shards[1].parts[0].chunks, 2);

  AddDocuments(Rows("mongos.aggregate.collStats"), "users", shards);
  EXPECT_EQ(shards[0].parts[0].documents, 0);
  EXPECT_EQ(shards[0].parts[1].documents, std::nullopt) << "orders were not counted";
  std::vector<Document> rows;
  rows.push_back(Document::FromJson(R"({"shard":")" + shards[1].name + R"(","count":9,"orphans":4})"));
  AddDocuments(rows, "users", shards);
  EXPECT_EQ(shards[1].parts[0].documents, 5) << "what has moved away is not counted twice";
}

TEST(AddChunks, KnowsCollectionsByUuidSince5_0) {
  auto shards = FromShards(
      Document::FromJson(R"({"shards":[{"_id":"a","host":"a/h:1"},{"_id":"b","host":"b/h:2"}]})").view(), kShown);
  const char* uuid = R"({"$binary":{"base64":"vxSLKSvHTZu0GpGIqWUy0w==","subType":"04"}})";
  std::vector<Document> collections;
  collections.push_back(Document::FromJson(std::string(R"({"_id":"demoDB.users","timestamp":1,"uuid":)") + uuid + "}"));
  collections.push_back(Document::FromJson(std::string(R"({"_id":"otherDB.users","uuid":)") + uuid + "}"));
  std::vector<Document> counts;
  counts.push_back(Document::FromJson(std::string(R"({"_id":{"shard":"b","uuid":)") + uuid + R"(},"n":7})"));
  counts.push_back(Document::FromJson(R"({"_id":{"shard":"b","ns":"otherDB.users"},"n":9})"));
  AddChunks(counts, collections, "demoDB", shards);
  EXPECT_EQ(shards[0].parts[0].chunks, 0);
  EXPECT_EQ(shards[1].parts[0].chunks, 7);
  EXPECT_EQ(shards[1].parts[1].chunks, std::nullopt) << "orders are not sharded";
}

TEST(AddRoles, TakesThemFromTheRoutersPool) {
  auto set = FromSeeds("rs-shard/a:1,b:2,c:3,d:4");
  const auto stats = Document::FromJson(R"({"replicaSets":{"rs-shard":{"hosts":[
      {"addr":"a:1","ok":true,"ismaster":true,"secondary":false},{"addr":"b:2","ok":true,"ismaster":false,"secondary":true},
      {"addr":"c:3","ok":false,"ismaster":false,"secondary":false}]}}})");
  AddRoles(stats.view(), set);
  EXPECT_EQ(set.members[0].role, Role::kPrimary);
  EXPECT_EQ(set.members[1].role, Role::kSecondary);
  EXPECT_EQ(set.members[2].role, Role::kDown);
  EXPECT_EQ(set.members[3].role, Role::kUnknown);
}

TEST(FromRouters, LeavesOutThoseThatAreGone) {
  const auto rows = Rows("config.mongos");
  const UnixMillis last = rows[0].view().FindDate("ping").value();
  auto routers = FromRouters(rows, last + 1000);
  ASSERT_EQ(routers.size(), 2u);
  EXPECT_EQ(routers[0].name, "router-0:27017");
  EXPECT_EQ(routers[0].version, "4.0.3");
  EXPECT_EQ(routers[0].silence, std::chrono::milliseconds(1000));
  EXPECT_TRUE(FromRouters(rows, last + 6 * 60 * 1000).empty());
}

TEST(FromBalancer, SaysWhetherItIsOn) {
  EXPECT_TRUE(FromBalancer(Reply("mongos.balancerStatus")).on);
  EXPECT_FALSE(FromBalancer(Reply("mongos.balancerStatus")).working);
  EXPECT_FALSE(FromBalancer(Document::FromJson(R"({"mode":"off"})").view()).on);
}

}  // namespace
}  // namespace demo::mongo
