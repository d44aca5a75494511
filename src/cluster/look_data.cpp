#include <algorithm>
#include <array>

#include "cluster/live_cluster.h"
#include "cluster/read_replies.h"
#include "cluster/reply.h"

namespace demo::cluster {
namespace {

namespace json = boost::json;

// All rows in one batch; there are a few for each collection and shard.
const json::object kOneBatch{{"batchSize", 100'000}};

/// Commands of one look, run until the first fails; what comes after is skipped.
class Questions {
 public:
  /// Of a router also what needs no primary: its config servers may have none.
  Questions(const AskServer& ask, bool of_router) : ask_(ask), of_router_(of_router) {}

  json::object Ask(const std::string& database, const json::object& command) {
    if (failed) return {};
    auto reply = Send(database, command);
    if (reply) return *std::move(reply);
    failed = reply.error();
    return {};
  }
  /// The same for what an old server does not know or a collection does not have: no reply is a reply.
  json::object AskIfThere(const std::string& database, const json::object& command) {
    constexpr int kNamespaceNotFound = 26;
    constexpr int kCommandNotFound = 59;
    constexpr int kCommandNotSupported = 115;  // by the version that the cluster is held compatible with
    if (failed) return {};
    auto reply = Send(database, command);
    if (reply) return *std::move(reply);
    constexpr std::array kAbsent = {kNamespaceNotFound, kCommandNotFound, kCommandNotSupported};
    const bool is_absent = reply.error().kind == CommandError::Kind::kServer &&
                           std::ranges::find(kAbsent, reply.error().code) != kAbsent.end();
    if (!is_absent) failed = reply.error();
    return {};
  }

  std::optional<CommandError> failed;

 private:
  CommandResult Send(const std::string& database, json::object command) {
    if (of_router_) command["$readPreference"] = {{"mode", "primaryPreferred"}};
    return ask_(database, command);
  }

  const AskServer& ask_;
  const bool of_router_;
};

json::object ChunkCounts() {
  const json::object group{{"_id", {{"ns", "$ns"}, {"uuid", "$uuid"}, {"shard", "$shard"}}}, {"chunks", {{"$sum", 1}}}};
  return {{"aggregate", "chunks"}, {"pipeline", json::array{json::object{{"$group", group}}}}, {"cursor", kOneBatch}};
}

json::object CollectionSizes(const std::string& collection) {
  const json::object stats{{"count", json::object()}, {"storageStats", json::object()}};
  const json::object project{
      {"shard", 1}, {"count", 1}, {"bytes", "$storageStats.size"}, {"orphans", "$storageStats.numOrphanDocs"}};
  return {{"aggregate", collection},
          {"pipeline", json::array{json::object{{"$collStats", stats}}, json::object{{"$project", project}}}},
          {"cursor", kOneBatch}};
}

json::object LastMoves() {
  return {{"find", "changelog"},
          {"filter", {{"what", "moveChunk.commit"}}},
          {"sort", {{"time", -1}}},
          {"limit", 10},
          {"projection", {{"time", 1}}}};
}

void LookAtSharding(const Topology& topology, Questions& questions, DataView& data) {
  data.shards = ReadShards(questions.Ask("admin", {{"listShards", 1}}));
  const json::object databases =
      questions.Ask("config", {{"find", "databases"}, {"filter", {{"_id", topology.database}}}});
  data.database_sharded = ReadDatabaseSharded(databases, topology.database);
  const json::object pattern{{"$regex", "^" + topology.database + "\\."}};
  const json::object collections =
      questions.Ask("config", {{"find", "collections"}, {"filter", {{"_id", pattern}}}, {"batchSize", 100'000}});
  ReadSharding(collections, questions.Ask("config", ChunkCounts()), topology.database, data.collections);
  const json::object balancer = questions.Ask("admin", {{"balancerStatus", 1}});
  data.moves = ReadMoves(balancer, questions.Ask("config", LastMoves()));
}

}  // namespace

const Server* WhoTellsOfData(const Topology& topology, const Observed& observed) {
  const auto is_admin = [&](const UserView& user) { return user.name == topology.admin->name && user.password_fits; };
  // Before there is an administrator, nobody can be asked. That the config servers have no primary to ask about it does
  // not keep routers from letting one in.
  if (topology.admin && observed.users && std::ranges::none_of(*observed.users, is_admin)) return nullptr;
  if (!topology.sharded()) return PrimaryOf(observed.home());
  const auto router = std::ranges::find(observed.routers, Server::Kind::kRouter, &Server::kind);
  return router == observed.routers.end() ? nullptr : &*router;
}

std::expected<DataView, CommandError> LookThrough(const Topology& topology, const Server& server,
                                                  const AskServer& ask) {
  Questions questions(ask, topology.sharded());
  DataView data{.asked = server.address, .wire_version = server.wire_version};
  data.version = reply::Text(questions.Ask("admin", {{"buildInfo", 1}}), "version");
  for (const Collection& collection : topology.collections) data.collections[collection.name];
  if (topology.sharded()) LookAtSharding(topology, questions, data);

  const json::object names{{"listCollections", 1}, {"nameOnly", true}, {"cursor", kOneBatch}};
  ReadCollectionNames(questions.Ask(topology.database, names), data.collections);
  for (auto& [name, collection] : data.collections) {
    if (!collection.exists) continue;
    collection.indexes =
        ReadIndexes(questions.AskIfThere(topology.database, {{"listIndexes", name}, {"cursor", kOneBatch}}));
    ReadSizes(questions.AskIfThere(topology.database, CollectionSizes(name)), collection);
  }
  if (server.wire_version >= kWireVersion44) {
    const json::object concern = questions.AskIfThere("admin", {{"getDefaultRWConcern", 1}});
    if (!concern.empty()) data.majority_by_default = ReadMajorityByDefault(concern);
  }
  if (questions.failed) return std::unexpected(*questions.failed);
  return data;
}

}  // namespace demo::cluster
