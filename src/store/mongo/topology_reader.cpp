#include "store/mongo/topology_reader.h"

#include <array>
#include <utility>
#include <vector>

#include "mongo/collections.h"
#include "mongo/limits.h"
#include "store/mongo/topology.h"

namespace demo::mongo {
namespace {

constexpr std::chrono::seconds kFresh{1};
constexpr std::array kShown = {kUsers, kOrders};

Result<Document> Admin(Connection& connection, std::string_view command) {
  return connection.Run(Doc(command, std::int32_t{1}), "admin");
}

/// All that a cursor gives; nothing after an error, which a user who may not look is one of.
std::optional<std::vector<Document>> All(Cursor cursor) {
  std::vector<Document> documents;
  while (const auto document = cursor.Next()) documents.push_back(document->Copy());
  if (!cursor.Finish()) return std::nullopt;
  return documents;
}

void CountChunks(Connection& connection, std::vector<Topology::Shard>& shards) {
  Connection config = connection.On("config");
  const auto collections = All(config.Find("collections", {}));
  Document id = Doc("shard", "$shard");
  id.Add("ns", "$ns").Add("uuid", "$uuid");
  Document group = Doc("_id", id);
  group.Add("n", Doc("$sum", std::int32_t{1}));
  const Document pipeline[] = {Doc("$group", group)};
  const auto counts = All(config.Aggregate("chunks", pipeline));
  if (collections && counts) AddChunks(*counts, *collections, connection.database(), shards);
}

void CountDocuments(Connection& connection, std::vector<Topology::Shard>& shards) {
  const Document pipeline[] = {Doc("$collStats", Doc("count", Document()))};
  for (const std::string_view collection : kShown) {
    // Metadata has no majority.
    const auto stats = All(connection.Aggregate(collection, pipeline, Doc("readConcern", Doc("level", "local"))));
    if (stats) AddDocuments(*stats, collection, shards);
  }
}

/// The config servers as the router names them: "rs-config/a:1,b:2".
std::optional<Topology::ReplicaSet> ReadConfigServers(Connection& connection) {
  const auto map = Admin(connection, "getShardMap");
  if (!map) return std::nullopt;
  const auto seeds = map->view().FindText("map.config");
  return seeds ? std::optional(FromSeeds(*seeds)) : std::nullopt;
}

void ReadSharding(Connection& connection, UnixMillis now, Topology& topology) {
  topology.config_servers = ReadConfigServers(connection);
  if (const auto list = Admin(connection, "listShards")) {
    topology.shard_list = FromShards(list->view(), kShown);
    topology.shards = static_cast<int>(topology.shard_list->size());
    CountChunks(connection, *topology.shard_list);
    CountDocuments(connection, *topology.shard_list);
  }
  if (const auto stats = Admin(connection, "connPoolStats")) {
    if (topology.config_servers) AddRoles(stats->view(), *topology.config_servers);
    if (topology.shard_list) {
      for (Topology::Shard& shard : *topology.shard_list) AddRoles(stats->view(), shard.set);
    }
  }
  Connection config = connection.On("config");
  if (const auto routers = All(config.Find("mongos", {}))) topology.routers = FromRouters(*routers, now);
  if (const auto status = Admin(connection, "balancerStatus")) topology.balancer = FromBalancer(status->view());
}

Result<Topology> ReadNow(Connection& connection) {
  const auto hello = Admin(connection, "isMaster");
  if (!hello) return Fail(hello.error());
  const auto build = Admin(connection, "buildInfo");
  if (!build) return Fail(build.error());
  Topology topology;
  const bool is_router = hello->view().Text("msg") == "isdbgrid";
  topology.mode = is_router ? Topology::Mode::kSharding : Topology::Mode::kReplication;
  topology.connected_to = is_router ? "mongos" : "mongod";
  topology.version = "MongoDB " + build->view().Text("version");
  topology.location = hello->view().Text("me");
  if (is_router) {
    ReadSharding(connection, hello->view().FindDate("localTime").value_or(0), topology);
  } else if (hello->view().Has("setName")) {
    const auto status = Admin(connection, "replSetGetStatus");
    topology.replica_set = status ? FromStatus(status->view()) : FromHello(hello->view());
  }
  return topology;
}

}  // namespace

Result<Topology> TopologyReader::Read(const Connect& connect) {
  const std::unique_lock lock(mutex_, limits::kOperation);
  if (!lock) return Fail(ErrorCode::kTimeout, "MongoDB is slow to say what it is.");
  if (last_ && SteadyClock::now() - last_at_ < kFresh) return *last_;
  auto connection = connect();
  last_ = connection ? ReadNow(*connection) : Fail(connection.error());
  last_at_ = SteadyClock::now();
  return *last_;
}

}  // namespace demo::mongo
