#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cache/redis/connection.h"
#include "cache/redis/options.h"
#include "cache/redis/replication.h"
#include "cache/redis/socket_address.h"

namespace demo::redis {

/// One Redis as it is now: a server, what it replicates under, and what its generations are counted from. After a
/// restart, a failover, a flush or an eviction of the generations it is another one.
struct Session {
  SocketAddress address;
  std::string id;     ///< master_replid
  std::string epoch;  ///< Kept in the generation hash itself.

  std::string Carrier() const { return id + ":" + epoch; }
};

/// The names of what lies in Redis, all under RedisOptions::space.
struct Names {
  explicit Names(const std::string& space) : generations(space + ":generations"), raises(space + ":raises") {}
  std::string generations;  ///< Hash: "epoch", and a number for each place that was ever raised.
  std::string raises;       ///< Channel: "ORIGIN PLACE PLACE...".
};

inline constexpr std::string_view kEpochField = "epoch";

/// Adds what a new connection says first, where there is anything to say; `commands` grows by the returned count.
std::size_t AddLogin(Commands& commands, const RedisOptions& options);

/// A connection to the server of `session`, if it is still that: logged in, its role and master_replid looked at.
Result<Connection> OpenAt(const Session& session, const RedisOptions& options, SteadyTime deadline);

/// An error reply as an error of ours: its first word and the rest, without anything that we sent.
std::unexpected<Error> Refused(const Reply& reply);

}  // namespace demo::redis
