#include "cache/redis/connection.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace demo::redis {
namespace {

std::unexpected<Error> Broken(int error) {
  return Fail(ErrorCode::kUnavailable, error == 0 ? "it closed the connection" : std::strerror(error));
}

/// True when `events` came, false at the deadline.
bool Await(int descriptor, short events, SteadyTime deadline) {
  while (true) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - SteadyClock::now()).count();
    pollfd waited{.fd = descriptor, .events = events, .revents = 0};
    const int count = poll(&waited, 1, left > 0 ? static_cast<int>(left) : 0);
    if (count > 0) return true;
    if (count == 0 && left <= 0) return false;
  }
}

}  // namespace

Result<Connection> Connection::Open(const SocketAddress& address, SteadyTime deadline) {
  UniqueFd socket(::socket(address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket) return Broken(errno);
  const int on = 1;
  setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (connect(socket.get(), reinterpret_cast<const sockaddr*>(&address.storage), address.length) != 0) {
    if (errno != EINPROGRESS) return Broken(errno);
    if (!Await(socket.get(), POLLOUT, deadline)) return Fail(ErrorCode::kTimeout, "connecting took too long");
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) return Broken(error);
  }
  return Connection(std::move(socket));
}

Result<void> Connection::Send(const Commands& commands, SteadyTime deadline) {
  std::string_view left = commands.bytes();
  while (!left.empty()) {
    const ssize_t sent = send(socket_.get(), left.data(), left.size(), MSG_NOSIGNAL);
    if (sent > 0) {
      left.remove_prefix(static_cast<std::size_t>(sent));
    } else if (errno != EAGAIN && errno != EINTR) {
      return Broken(errno);
    } else if (!Await(socket_.get(), POLLOUT, deadline)) {
      return Fail(ErrorCode::kTimeout, "it takes nothing");
    }
  }
  return {};
}

Result<std::optional<Reply>> Connection::Next(SteadyTime deadline) {
  std::array<char, 16 * 1024> buffer;
  for (bool in_time = true;; in_time = SteadyClock::now() < deadline) {
    auto reply = reader_.Next();
    if (!reply || *reply || !in_time) return reply;
    const ssize_t count = recv(socket_.get(), buffer.data(), buffer.size(), 0);
    if (count > 0) {
      reader_.Feed({buffer.data(), static_cast<std::size_t>(count)});
    } else if (count == 0 || (errno != EAGAIN && errno != EINTR)) {
      return Broken(count == 0 ? 0 : errno);
    } else if (!Await(socket_.get(), POLLIN, deadline)) {
      return std::nullopt;
    }
  }
}

Result<std::vector<Reply>> Connection::Run(const Commands& commands, SteadyTime deadline) {
  if (auto sent = Send(commands, deadline); !sent) return std::unexpected(sent.error());
  std::vector<Reply> replies;
  while (replies.size() < commands.count()) {
    auto reply = Next(deadline);
    if (!reply) return std::unexpected(reply.error());
    if (!*reply) return Fail(ErrorCode::kTimeout, "it did not answer in time");
    replies.push_back(**std::move(reply));
  }
  return replies;
}

bool Connection::IsQuiet() const {
  char byte = 0;
  return recv(socket_.get(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && errno == EAGAIN;
}

}  // namespace demo::redis
