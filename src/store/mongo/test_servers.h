#pragma once

#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "mongo/collections.h"
#include "mongo/connection.h"
#include "mongo/limits.h"
#include "mongo/uri.h"
#include "store/conformance/store_conformance.h"
#include "store/mongo/mongo_store.h"

namespace demo {

/// A kind of deployment that tests can be given, by a variable of the environment that holds its URI.
struct TestServers {
  std::string name;
  std::string variable;
  [[nodiscard]] std::optional<std::string> uri() const {
    const char* value = std::getenv(variable.c_str());
    return value == nullptr || *value == '\0' ? std::nullopt : std::optional<std::string>(value);
  }
};

inline const std::vector<TestServers>& AllTestServers() {
  static const std::vector<TestServers> all = {{"SecantusDb", "MONGO_TEST_SECANTUSDB"},
                                               {"ReplicaSet", "MONGO_TEST_REPLICA_SET"},
                                               {"ShardedCluster", "MONGO_TEST_SHARDED"}};
  return all;
}

inline std::vector<TestServers> GivenTestServers() {
  std::vector<TestServers> given;
  for (const TestServers& servers : AllTestServers()) {
    if (servers.uri()) given.push_back(servers);
  }
  return given;
}

/// The same servers with a database of its own that nobody else uses.
inline std::string WithOwnDatabase(const std::string& uri) {
  static std::atomic<int> count{0};
  const std::string name = fmt::format("demo_test_{}_{}", getpid(), count++);
  const auto options = uri.find('?');
  const auto end_of_hosts = uri.find('/', uri.find("://") + 3);
  return fmt::format("{}/{}{}", uri.substr(0, std::min(end_of_hosts, options)), name,
                     options == std::string::npos ? "" : uri.substr(options));
}

/// A connection of the tests' own to the database of `uri`.
inline mongo::Connection Connect(mongo::Clients& clients) {
  return Ok(mongo::Connection::Of(clients, SteadyClock::now() + mongo::limits::kBulk));
}
inline std::shared_ptr<mongo::Clients> ClientsOf(const std::string& uri) {
  return mongo::Clients::Make(Ok(mongo::ReadUri(uri)));
}

/// Those of all tests, because the driver takes half a second to stop.
inline std::shared_ptr<mongo::Clients> SharedClientsOf(const std::string& servers) {
  static std::map<std::string, std::shared_ptr<mongo::Clients>> all;
  auto& clients = all[servers];
  if (!clients) clients = ClientsOf(servers);
  return clients;
}

/// Whether `connection` speaks to a router.
inline bool IsRouter(mongo::Connection& connection) {
  return Ok(connection.Run(mongo::Doc("isMaster", std::int32_t{1}), "admin")).view().Text("msg") == "isdbgrid";
}

/// The database of `uri`, sharded on a cluster as `cluster apply` shards the service's own. Returns `uri`.
inline std::string Sharded(const std::string& servers, std::string uri) {
  auto server = Connect(*SharedClientsOf(servers));
  if (!IsRouter(server)) return uri;
  const std::string database = mongo::DatabaseOf(Ok(mongo::ReadUri(uri)).get());
  Ok(server.Run(mongo::Doc("enableSharding", database), "admin"));
  for (const mongo::Collection& collection : mongo::kCollections) {
    if (collection.shard_key.empty()) continue;
    auto command = mongo::Doc("shardCollection", fmt::format("{}.{}", database, collection.name));
    command.Add("key", mongo::Doc(collection.shard_key, "hashed"));
    Ok(server.Run(command, "admin"));
  }
  return uri;
}

/// Waits until the indexes are made: on a busy machine that takes longer than an operation may.
inline void AwaitFirstContact(Store& store) {
  const SteadyTime end = SteadyClock::now() + mongo::limits::kBulk;
  while (!store.Ping() && SteadyClock::now() < end) std::this_thread::sleep_for(std::chrono::milliseconds(100));
}

/// A store on a database of its own, which goes with it.
class MongoUnderTest final : public StoreUnderTest {
 public:
  explicit MongoUnderTest(std::string servers, MongoOptions options = {})
      : servers_(std::move(servers)),
        uri_(Sharded(servers_, WithOwnDatabase(servers_))),
        options_(std::move(options)),
        store_(Ok(OpenMongoStore(uri_, options_))) {
    AwaitFirstContact(*store_);
  }
  ~MongoUnderTest() override {
    store_.reset();
    (void)Connect(*SharedClientsOf(servers_)).On(database_).Run(mongo::Doc("dropDatabase", std::int32_t{1}));
  }

  Store& store() override { return *store_; }
  void Reopen() override {
    store_.reset();
    store_ = Ok(OpenMongoStore(uri_, options_));
  }
  [[nodiscard]] const std::string& uri() const { return uri_; }

 private:
  const std::string servers_;
  const std::string uri_;
  const std::string database_ = mongo::DatabaseOf(Ok(mongo::ReadUri(uri_)).get());
  const MongoOptions options_;
  std::unique_ptr<Store> store_;
};

}  // namespace demo
