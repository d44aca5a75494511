#pragma once

#include <algorithm>
#include <boost/json/object.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"

namespace demo::cluster {

// What one look at a cluster found. Everything in it was answered by a server; what could not be asked is empty, with
// the reason beside it.

/// How versions show themselves: MongoDB 4.0 is the oldest that this program speaks to.
inline constexpr int kOldestWireVersion = 7;
inline constexpr int kWireVersion44 = 9;
inline constexpr int kWireVersion60 = 17;

/// One server, by what it says to whoever asks: no login is needed for this.
struct Server {
  enum class Kind {
    kSilent,         ///< Does not answer; `error` says why.
    kUninitialised,  ///< Started for a replica set, in none yet.
    kMember,
    kStandalone,  ///< A mongod without a replica set.
    kRouter,
  };
  std::string address{};  ///< Where it was asked.
  Kind kind = Kind::kSilent;
  std::string error{};
  int wire_version = 0;
  std::string set_name{};
  std::string calls_itself{};  ///< As its set's configuration has it.
  bool primary = false;
  bool secondary = false;
  bool arbiter = false;              ///< Votes, and holds no data.
  std::vector<std::string> hosts{};  ///< Of its set, as it knows them.
  std::optional<UnixMillis> last_write{};
  bool operator==(const Server&) const = default;
};

/// What a member of a set is after the one that was asked; replSetGetStatus.
struct MemberState {
  std::string host{};
  std::string state{};  ///< "PRIMARY", "SECONDARY", "STARTUP2", "RECOVERING", "(not reachable/healthy)"…
  bool healthy = false;
  std::optional<UnixMillis> last_write{};
  bool operator==(const MemberState&) const = default;
};

/// Why something could not be asked; empty where it could.
struct Why {
  std::string text{};
  bool refused = false;  ///< By the server, which does not let the topology's key or user do that.
};

struct SetView {
  std::string name{};
  std::vector<Server> members{};                ///< Those of the topology, in its order.
  std::optional<boost::json::object> config{};  ///< replSetGetConfig's, from the primary.
  std::vector<MemberState> states{};
  Why unasked{};  ///< Why the primary could not be asked for more.
};

struct UserView {
  std::string name{};
  std::vector<std::string> roles{};  ///< "readWrite@demoDB".
  bool password_fits = false;        ///< The topology's password lets it in.
};

/// A part of a collection that lies on one shard.
struct Part {
  std::int64_t chunks = 0;
  std::int64_t documents = 0;  ///< By the shard's own count, which may hold what a move left behind for a while.
  std::int64_t bytes = 0;
  bool operator==(const Part&) const = default;
};

struct CollectionView {
  bool exists = false;
  std::optional<boost::json::object> shard_key{};  ///< Nothing while it is not sharded.
  std::vector<boost::json::object> indexes{};      ///< As listIndexes has them.
  std::map<std::string, Part> parts;               ///< By shard{}; under "" in a plain replica set.

  [[nodiscard]] std::int64_t documents() const {
    std::int64_t sum = 0;
    for (const auto& [shard, part] : parts) sum += part.documents;
    return sum;
  }
};

/// How far the moving of chunks is.
struct Moves {
  bool balancer_on = false;
  bool running = false;             ///< In this moment.
  std::vector<UnixMillis> ended{};  ///< When the last moves ended, ascending, ten at most.
};

/// What is asked through one router, or of the primary of a plain replica set.
struct DataView {
  std::string asked{};   ///< Which server.
  int wire_version = 0;  ///< Its.
  std::string version{};
  std::map<std::string, std::string> shards{};  ///< Name to "set/host:port,…".
  bool database_sharded = false;
  std::map<std::string, CollectionView> collections{};  ///< Those of the topology, by name.
  std::optional<bool> majority_by_default{};            ///< Nothing before 4.4, which has no such default.
  Moves moves{};
};

struct Observed {
  UnixMillis looked_at = 0;
  std::optional<SetView> config{};
  std::vector<SetView> shards{};  ///< In the topology's order.
  std::optional<std::vector<UserView>>
      users{};  ///< Those of the topology that exist; nothing while nobody can be asked.
  Why users_unasked{};
  std::vector<Server> routers{};
  std::optional<DataView> data{};
  Why data_unasked{};

  // Of a thorough look only.
  std::map<std::string, std::set<std::string>> shared_addresses{};  ///< Behind which several servers answer: which.
  std::string direct_router{};  ///< Which the service's MONGODB_URI names with directConnection.

  [[nodiscard]] const SetView& home() const { return config ? *config : shards.front(); }
  [[nodiscard]] SetView& home() { return config ? *config : shards.front(); }
};

/// The member that says that it is the primary, if exactly one does.
inline const Server* PrimaryOf(const SetView& set) {
  const Server* primary = nullptr;
  for (const Server& member : set.members) {
    if (member.primary && primary) return nullptr;
    if (member.primary) primary = &member;
  }
  return primary;
}

/// How far a secondary is behind its primary; nothing for any other, and where one of the two does not say.
inline std::optional<UnixMillis> LagOf(const SetView& set, const Server& member) {
  const Server* primary = PrimaryOf(set);
  if (!primary || !member.secondary || !primary->last_write || !member.last_write) return std::nullopt;
  return std::max<UnixMillis>(0, *primary->last_write - *member.last_write);
}

}  // namespace demo::cluster
