#include "store/mongo/topology_look.h"

#include <span>
#include <utility>

#include "mongo/reply_deadline.h"
#include "store/mongo/topology.h"

namespace demo::mongo {
namespace {

/// All that a cursor gives; nothing after an error, which a user who may not look is one of.
std::optional<std::vector<Document>> All(Cursor cursor) {
  std::vector<Document> documents;
  while (const auto document = cursor.Next()) documents.push_back(document->Copy());
  if (!cursor.Finish()) return std::nullopt;
  return documents;
}

}  // namespace

Result<Document> TopologyLook::Admin(std::string_view command) const {
  if (SteadyClock::now() >= end_) return Fail(ErrorCode::kTimeout, "The look has taken its time.");
  return On("admin").Run(Doc(command, std::int32_t{1}));
}

std::optional<Topology::ReplicaSet> TopologyLook::ConfigServers() const {
  const auto map = Admin("getShardMap");
  if (!map) return std::nullopt;
  const auto seeds = map->view().FindText("map.config");
  return seeds ? std::optional(FromSeeds(*seeds)) : std::nullopt;
}

std::optional<std::vector<Topology::Router>> TopologyLook::Routers(UnixMillis now) const {
  const auto rows = All(On("config").Find("mongos", {}));
  return rows ? std::optional(FromRouters(*rows, now)) : std::nullopt;
}

bool TopologyLook::CountChunks(std::vector<Topology::Shard>& shards) const {
  const auto collections = All(On("config").Find("collections", {}));
  Document id = Doc("shard", "$shard");
  id.Add("ns", "$ns").Add("uuid", "$uuid");
  Document group = Doc("_id", id);
  group.Add("n", Doc("$sum", std::int32_t{1}));
  const Document pipeline[] = {Doc("$group", group)};
  const auto counts = All(On("config").Aggregate("chunks", pipeline));
  if (!collections || !counts) return false;
  AddChunks(*counts, *collections, connection_.database(), shards);
  return true;
}

bool TopologyLook::CountDocuments(std::vector<Topology::Shard>& shards) const {
  Document stats = Doc("count", Document());
  stats.Add("storageStats", Document());
  Document shown = Doc("shard", std::int32_t{1});
  shown.Add("count", std::int32_t{1}).Add("orphans", "$storageStats.numOrphanDocs");
  const Document pipeline[] = {Doc("$collStats", stats), Doc("$project", shown)};
  for (const std::string_view collection : kShownCollections) {
    Connection own = On(connection_.database());
    // Metadata has no majority.
    const auto rows = All(own.Aggregate(collection, pipeline, Doc("readConcern", Doc("level", "local"))));
    if (!rows) return false;
    AddDocuments(*rows, collection, shards);
  }
  return true;
}

std::map<std::string, std::uint32_t> TopologyLook::AnsweringRouters() const {
  std::map<std::string, std::uint32_t> answering;
  std::size_t count = 0;
  mongoc_server_description_t** all = mongoc_client_get_server_descriptions(client(), &count);
  for (const mongoc_server_description_t* each : std::span(all, count)) {
    answering[mongoc_server_description_host(each)->host_and_port] = mongoc_server_description_id(each);
  }
  mongoc_server_descriptions_destroy_all(all, count);
  return answering;
}

std::string TopologyLook::RouterName(std::uint32_t number) const {
  constexpr std::array kNotWanted = {"metrics", "locks", "network", "opcounters", "sharding", "tcmalloc"};
  Document command = Doc("serverStatus", std::int32_t{1});
  for (const char* part : kNotWanted) command.Add(part, std::int32_t{0});
  command.Add("maxTimeMS", std::int64_t{kEach.count()});
  AwaitRepliesUntil(LastReply());
  Reply reply;
  bson_error_t error;
  if (!mongoc_client_command_simple_with_server_id(client(), "admin", command.get(), nullptr, number, reply.Out(),
                                                   &error)) {
    return {};
  }
  const std::string host = View(reply.get()).Text("host");
  // It leaves out a port that is the usual one.
  return host.empty() || host.find(':') != std::string::npos ? host : host + ":27017";
}

}  // namespace demo::mongo
