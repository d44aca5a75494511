#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "mongo/collections.h"
#include "mongo/connection.h"
#include "mongo/limits.h"
#include "store/store.h"

namespace demo::mongo {

/// The collections of which a shard's part is shown.
inline constexpr std::array kShownCollections = {kUsers, kOrders};

/// One look through a router: questions that each may take half a second, and all of them together what kLook leaves.
/// What has no answer by then is left for the next look, because roles are to be shown while they are true. A router
/// that does not answer at all still costs its server selection, once. Used by the connection's thread, while it lives.
class TopologyLook {
 public:
  static constexpr std::chrono::milliseconds kEach{500};
  static constexpr std::chrono::milliseconds kLook{1500};

  explicit TopologyLook(Connection& connection) : connection_(connection), end_(SteadyClock::now() + kLook) {}

  [[nodiscard]] mongoc_client_t* client() const { return connection_.client(); }
  /// A command without arguments on the database admin.
  [[nodiscard]] Result<Document> Admin(std::string_view command) const;

  /// The config servers as the router names them, their roles unknown.
  [[nodiscard]] std::optional<Topology::ReplicaSet> ConfigServers() const;
  [[nodiscard]] std::optional<std::vector<Topology::Router>> Routers(UnixMillis now) const;
  /// Each adds what it counts to `shards`, and is false where it could not.
  [[nodiscard]] bool CountChunks(std::vector<Topology::Shard>& shards) const;
  [[nodiscard]] bool CountDocuments(std::vector<Topology::Shard>& shards) const;

  /// The routers that answer, by address, each with the number that the driver gave it.
  [[nodiscard]] std::map<std::string, std::uint32_t> AnsweringRouters() const;
  /// How the config servers call the router of that number; empty where it does not say.
  [[nodiscard]] std::string RouterName(std::uint32_t number) const;

 private:
  /// Until when the next question's reply is awaited.
  [[nodiscard]] SteadyTime LastReply() const { return std::min(end_, SteadyClock::now() + kEach); }
  [[nodiscard]] Connection On(const std::string& database) const {
    return {client(), database, LastReply() + limits::kSelection};  // in which a connection awaits none
  }

  Connection& connection_;
  const SteadyTime end_;
};

}  // namespace demo::mongo
