#include "http/acceptor.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>

#include "base/clock.h"

namespace demo::http {
namespace {

constexpr int kBacklog = 4096;
// Then the loop's own connections have their turn.
constexpr int kAcceptedPerTurn = 64;
constexpr std::chrono::milliseconds kPause{10};
// What the kernel may hold for a client that sends or reads too slowly counts in the memory of a container, and would
// be up to 4 MiB each. With these a client far away (100 ms) still sends 300 KB/s, and what is under way to it is not
// bounded.
constexpr int kUnreadBytes = 32 * 1024;
constexpr int kUnsentBytes = 32 * 1024;

UniqueFd OpenSpare() { return UniqueFd(::open("/dev/null", O_RDONLY | O_CLOEXEC)); }

bool IsExhaustion(int error) { return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM; }

std::unexpected<Error> CannotListen(const std::string& address, std::uint16_t port, const std::string& reason) {
  return Fail(ErrorCode::kUnavailable, "cannot listen on " + address + " port " + std::to_string(port) + ": " + reason);
}

void Set(const UniqueFd& socket, int level, int option, int value) {
  ::setsockopt(socket.get(), level, option, &value, sizeof value);
}

}  // namespace

Result<UniqueFd> Listen(const std::string& address, std::uint16_t port) {
  addrinfo hints{};
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int failure = ::getaddrinfo(address.c_str(), std::to_string(port).c_str(), &hints, &found);
  if (failure != 0) return CannotListen(address, port, ::gai_strerror(failure));
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owned(found, &::freeaddrinfo);

  UniqueFd socket(::socket(found->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket) return CannotListen(address, port, std::strerror(errno));
  Set(socket, SOL_SOCKET, SO_REUSEADDR, 1);
  // Linux hands these on to every accepted socket.
  Set(socket, IPPROTO_TCP, TCP_NODELAY, 1);
  Set(socket, SOL_SOCKET, SO_RCVBUF, kUnreadBytes);
  Set(socket, IPPROTO_TCP, TCP_NOTSENT_LOWAT, kUnsentBytes);
  if (::bind(socket.get(), found->ai_addr, found->ai_addrlen) != 0 || ::listen(socket.get(), kBacklog) != 0) {
    const int reason = errno;
    auto failed = CannotListen(address, port, std::strerror(reason));
    if (reason == EADDRNOTAVAIL) failed.error().code = ErrorCode::kInvalid;
    return failed;
  }
  return socket;
}

std::uint16_t PortOf(const UniqueFd& socket) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
  const in_port_t port = address.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6*>(&address)->sin6_port
                                                       : reinterpret_cast<sockaddr_in*>(&address)->sin_port;
  return ntohs(port);
}

Acceptor::Acceptor(UniqueFd listening, std::span<const std::unique_ptr<ServerLoop>> loops)
    : listening_(std::move(listening)), spare_(OpenSpare()), loops_(loops) {}

bool Acceptor::Start() { return events().Watch(listening_.get(), EPOLLIN | EPOLLET, *this); }

void Acceptor::OnEvents(std::uint32_t /*events*/) { AcceptSome(); }

void Acceptor::OnDelivered() {
  deferred_ = false;
  AcceptSome();
}

void Acceptor::OnDue() { AcceptSome(); }

void Acceptor::Stop() {
  while (listening_ && AcceptOne()) {
  }
  listening_.Close();
  events().timers().Cancel(*this);
}

void Acceptor::AcceptSome() {
  if (!listening_) return;
  for (int i = 0; i < kAcceptedPerTurn; ++i) {
    if (!AcceptOne()) return;
  }
  if (!std::exchange(deferred_, true)) events().Defer(*this);
}

/// False when nobody waits any more, or nobody can be taken for the moment.
bool Acceptor::AcceptOne() {
  if (!spare_) spare_ = OpenSpare();
  UniqueFd socket(::accept4(listening_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (socket) {
    LeastLoaded().HandOver(std::move(socket));
    return true;
  }
  if (errno == EAGAIN) return false;
  // A connection that was reset while it waited, a signal: not this socket's end.
  if (!IsExhaustion(errno)) return true;
  if (MakeRoom()) return true;
  events().timers().Schedule(*this, SteadyClock::now() + kPause);
  return false;
}

/// Has every loop close some of its waiting connections. True where there is a descriptor at once.
bool Acceptor::MakeRoom() {
  for (const auto& loop : loops_.subspan(1)) loop->RequestShedding();
  if (loops_.front()->ShedSome() > 0) return true;
  // The other loops will have room in a moment; until then the spare one serves. Without it: later.
  return std::exchange(spare_, UniqueFd()).get() >= 0;
}

ServerLoop& Acceptor::LeastLoaded() const {
  return **std::ranges::min_element(loops_, {}, [](const auto& loop) { return loop->open(); });
}

}  // namespace demo::http
