#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/unique_fd.h"
#include "cache/redis/reply.h"
#include "cache/redis/socket_address.h"

namespace demo::redis {

/// One TCP connection to a Redis server or a Sentinel. Each call ends by its deadline, however slowly the server sends.
/// Errors: Timeout, Unavailable; the connection is of no use after one. For one thread at a time.
class Connection {
 public:
  static Result<Connection> Open(const SocketAddress& address, SteadyTime deadline);

  /// Sends all of `commands` and gives their replies in order; an error reply is a reply.
  Result<std::vector<Reply>> Run(const Commands& commands, SteadyTime deadline);

  Result<void> Send(const Commands& commands, SteadyTime deadline);
  /// The next reply; nothing when none is complete by `deadline`.
  Result<std::optional<Reply>> Next(SteadyTime deadline);

  /// False where the server closed it or says what nobody asked for.
  bool IsQuiet() const;
  int descriptor() const { return socket_.get(); }

 private:
  // A value at its largest (limits.h) and what comes around it.
  static constexpr std::size_t kMaxReply = 2UL * 1024 * 1024;

  explicit Connection(UniqueFd socket) : socket_(std::move(socket)), reader_(kMaxReply) {}

  UniqueFd socket_;
  ReplyReader reader_;
};

}  // namespace demo::redis
