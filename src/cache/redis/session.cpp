#include "cache/redis/session.h"

#include <algorithm>
#include <utility>

namespace demo::redis {

std::size_t AddLogin(Commands& commands, const RedisOptions& options) {
  if (options.password.empty()) return 0;
  if (options.username.empty()) {
    commands.Add({"AUTH", options.password});
  } else {
    commands.Add({"AUTH", options.username, options.password});
  }
  return 1;
}

std::unexpected<Error> Refused(const Reply& reply) {
  constexpr std::size_t kLongest = 120;
  std::string message = reply.IsError() ? reply.text.substr(0, kLongest) : "it answers what was not asked";
  std::ranges::replace_if(message, [](unsigned char c) { return c < 0x20 || c > 0x7E; }, '?');
  return Fail(ErrorCode::kUnavailable, std::move(message));
}

Result<Connection> OpenAt(const Session& session, const RedisOptions& options, SteadyTime deadline) {
  auto connection = Connection::Open(session.address, deadline);
  if (!connection) return connection;
  Commands hello;
  const std::size_t login = AddLogin(hello, options);
  hello.Add({"INFO", "replication"});
  const auto replies = connection->Run(hello, deadline);
  if (!replies) return std::unexpected(replies.error());
  for (const Reply& reply : *replies) {
    if (reply.IsError()) return Refused(reply);
  }
  const auto replication = ReadReplication((*replies)[login].text);
  if (!replication || !replication->primary || replication->id != session.id) {
    return Fail(ErrorCode::kUnavailable, "it is not the primary any more");
  }
  return connection;
}

}  // namespace demo::redis
