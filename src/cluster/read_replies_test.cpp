#include "cluster/read_replies.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "cluster/recording.h"
#include "cluster/reply.h"

namespace demo::cluster {
namespace {

namespace json = boost::json;
using testing::ElementsAre;

json::object Parsed(std::string_view text) { return json::parse({text.data(), text.size()}).as_object(); }

TEST(ReadReplies, TellsKindsOfServersApart) {
  const Server primary = ReadHello("a:1", Recorded("shard_primary.isMaster"));
  EXPECT_EQ(primary.address, "a:1");
  EXPECT_EQ(primary.kind, Server::Kind::kMember);
  EXPECT_EQ(primary.set_name, "rs-shard");
  EXPECT_EQ(primary.calls_itself, "127.0.0.1:27200");
  EXPECT_EQ(primary.wire_version, 7);
  EXPECT_TRUE(primary.primary);
  EXPECT_FALSE(primary.secondary);
  EXPECT_THAT(primary.hosts, ElementsAre("127.0.0.1:27200", "127.0.0.1:27201", "127.0.0.1:27202"));
  EXPECT_EQ(primary.last_write, 1795396602000);

  const Server secondary = ReadHello("a:1", Recorded("shard_secondary.isMaster"));
  EXPECT_TRUE(secondary.secondary);
  EXPECT_FALSE(secondary.primary);

  const Server arbiter = ReadHello("a:1", {{"setName", "rs"}, {"arbiterOnly", true}, {"maxWireVersion", 7}});
  EXPECT_EQ(arbiter.kind, Server::Kind::kMember);
  EXPECT_TRUE(arbiter.arbiter);

  const Server router = ReadHello("a:1", Recorded("mongos.isMaster"));
  EXPECT_EQ(router.kind, Server::Kind::kRouter);
  EXPECT_FALSE(router.primary);

  const Server fresh = ReadHello("a:1", {{"ismaster", false}, {"isreplicaset", true}, {"maxWireVersion", 7}});
  EXPECT_EQ(fresh.kind, Server::Kind::kUninitialised);
  EXPECT_EQ(ReadHello("a:1", {{"ismaster", true}}).kind, Server::Kind::kStandalone);
}

TEST(ReadReplies, ReadsStates) {
  const auto states = ReadStates(Recorded("shard_primary.replSetGetStatus"));
  ASSERT_EQ(states.size(), 3);
  EXPECT_EQ(states[0].host, "127.0.0.1:27200");
  EXPECT_EQ(states[0].state, "PRIMARY");
  EXPECT_EQ(states[1].state, "SECONDARY");
  EXPECT_TRUE(states[1].healthy);
  EXPECT_TRUE(states[1].last_write);
}

TEST(ReadReplies, ReadsShards) {
  const auto shards = ReadShards(Recorded("mongos.listShards"));
  ASSERT_EQ(shards.size(), 2);
  EXPECT_EQ(shards.at("rs-shard"), "rs-shard/127.0.0.1:27200,127.0.0.1:27201,127.0.0.1:27202");
}

TEST(ReadReplies, ReadsDatabases) {
  EXPECT_TRUE(ReadDatabaseSharded(RecordedBatch("config.databases"), "demoDB"));
  EXPECT_FALSE(ReadDatabaseSharded(RecordedBatch("config.databases"), "otherDB"));
}

TEST(ReadReplies, ReadsShardKeysAndChunks) {
  std::map<std::string, CollectionView> collections{{"users", {}}, {"orders", {}}, {"plain", {}}};
  // Counted here as the aggregation does it.
  std::map<std::pair<std::string, std::string>, int> counts;
  for (const json::value& chunk : Recording().at("config.chunks").at("reply").as_array()) {
    ++counts[{reply::Text(chunk.as_object(), "ns"), reply::Text(chunk.as_object(), "shard")}];
  }
  json::array rows;
  for (const auto& [group, count] : counts) {
    rows.push_back({{"_id", {{"ns", group.first}, {"shard", group.second}}}, {"chunks", count}});
  }
  ReadSharding(RecordedBatch("config.collections"), AsBatch(rows), "demoDB", collections);
  EXPECT_EQ(collections["users"].shard_key, (json::object{{"user_id", "hashed"}}));
  EXPECT_EQ(collections["users"].parts["rs-shard"].chunks, 2);
  EXPECT_EQ(collections["users"].parts["rs-shard-1"].chunks, 2);
  EXPECT_FALSE(collections["plain"].shard_key);
}

TEST(ReadReplies, ReadsChunksByUuid) {
  std::map<std::string, CollectionView> collections{{"users", {}}, {"moved", {}}};
  const auto found = Parsed(R"({"cursor": {"firstBatch": [
    {"_id": "demoDB.users", "key": {"_id": "hashed"}, "uuid": {"$binary": {"base64": "AA==", "subType": "04"}}},
    {"_id": "demoDB.moved", "key": {"_id": 1}, "unsplittable": true},
    {"_id": "demoDB2.users", "key": {"x": 1}}]}})");
  const auto chunks = Parsed(R"({"cursor": {"firstBatch": [
    {"_id": {"uuid": {"$binary": {"base64": "AA==", "subType": "04"}}, "shard": "a"}, "chunks": {"$numberInt": "3"}},
    {"_id": {"uuid": {"$binary": {"base64": "BB==", "subType": "04"}}, "shard": "a"}, "chunks": {"$numberInt": "9"}}]}})");
  ReadSharding(found, chunks, "demoDB", collections);
  EXPECT_EQ(collections["users"].shard_key, (json::object{{"_id", "hashed"}}));
  EXPECT_EQ(collections["users"].parts["a"].chunks, 3);
  EXPECT_FALSE(collections["moved"].shard_key);
}

TEST(ReadReplies, ReadsSizes) {
  CollectionView collection;
  ReadSizes(RecordedBatch("mongos.aggregate.collStats"), collection);
  EXPECT_EQ(collection.parts.size(), 2);
  ReadSizes(Parsed(R"({"cursor": {"firstBatch": [{"shard": "a", "count": {"$numberInt": "7"}, "bytes": 70},
                                                {"shard": "b", "count": 9, "bytes": 90, "orphans": 4}]}})"),
            collection);
  EXPECT_EQ(collection.parts["a"], (Part{0, 7, 70}));
  EXPECT_EQ(collection.parts["b"], (Part{0, 5, 90})) << "what has moved away is not counted twice";
  EXPECT_EQ(collection.documents(), 12);
}

TEST(ReadReplies, ReadsMoves) {
  const auto changelog = Parsed(R"({"cursor": {"firstBatch": [
    {"time": {"$date": {"$numberLong": "2000"}}}, {"time": {"$date": {"$numberLong": "1000"}}}]}})");
  const Moves moves = ReadMoves(Recorded("mongos.balancerStatus"), changelog);
  EXPECT_TRUE(moves.balancer_on);
  EXPECT_FALSE(moves.running);
  EXPECT_THAT(moves.ended, ElementsAre(1000, 2000));
  EXPECT_FALSE(ReadMoves({{"mode", "off"}}, {}).balancer_on);
}

TEST(ReadReplies, ReadsUsersAndConcern) {
  const auto users =
      ReadUsers(Parsed(R"({"users": [{"user": "demo", "roles": [{"role": "readWrite", "db": "demoDB"}]}]})"));
  ASSERT_EQ(users.size(), 1);
  EXPECT_EQ(users[0].name, "demo");
  EXPECT_THAT(users[0].roles, ElementsAre("readWrite@demoDB"));
  EXPECT_TRUE(ReadMajorityByDefault(
      Parsed(R"({"defaultReadConcern": {"level": "majority"}, "defaultWriteConcern": {"w": "majority"}})")));
  // As every cluster of 5.0 and later answers that nobody has told otherwise.
  EXPECT_FALSE(ReadMajorityByDefault(Parsed(R"({"defaultReadConcern": {"level": "local"},
      "defaultWriteConcern": {"w": "majority", "wtimeout": {"$numberInt": "0"}},
      "defaultWriteConcernSource": "implicit", "defaultReadConcernSource": "implicit"})")));
  EXPECT_FALSE(ReadMajorityByDefault(Parsed(R"({"ok": 1})")));
}

TEST(ReadReplies, TakesNonsenseForNothing) {
  for (const char* text :
       {"{}", R"({"members": 1, "users": {}, "shards": "x", "cursor": []})",
        R"({"members": [1, null], "users": [[]], "shards": [{}], "cursor": {"firstBatch": [{"_id": 5}, 7]}})"}) {
    const json::object nonsense = Parsed(text);
    std::map<std::string, CollectionView> collections{{"users", {}}};
    ReadHello("a:1", nonsense);
    ReadStates(nonsense);
    ReadUsers(nonsense);
    ReadShards(nonsense);
    ReadCollectionNames(nonsense, collections);
    ReadSharding(nonsense, nonsense, "demoDB", collections);
    ReadSizes(nonsense, collections["users"]);
    ReadIndexes(nonsense);
    ReadMoves(nonsense, nonsense);
    EXPECT_FALSE(collections["users"].shard_key) << text;
  }
}

TEST(Reply, ReadsEveryKindOfNumber) {
  const json::object numbers = Parsed(R"({"a": 1, "b": {"$numberInt": "-2"}, "c": {"$numberLong": "3"},
    "d": {"$numberDouble": "4.0"}, "e": 5.0, "f": {"$numberDouble": "NaN"}, "g": {"$numberInt": "x"}, "h": 1e300})");
  EXPECT_EQ(reply::Int(numbers, "a"), 1);
  EXPECT_EQ(reply::Int(numbers, "b"), -2);
  EXPECT_EQ(reply::Int(numbers, "c"), 3);
  EXPECT_EQ(reply::Int(numbers, "d"), 4);
  EXPECT_EQ(reply::Int(numbers, "e"), 5);
  for (const char* none : {"f", "g", "h", "absent"}) EXPECT_EQ(reply::Int(numbers, none), std::nullopt) << none;
  EXPECT_EQ(reply::KeyText(Parsed(R"({"a": {"$numberInt": "1"}, "b": "hashed"})")), "a 1, b hashed");
}

}  // namespace
}  // namespace demo::cluster
