#include "cli/healthcheck.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>

namespace demo {
namespace {

constexpr timeval kDeadline{.tv_sec = 2, .tv_usec = 0};

class Socket {
 public:
  explicit Socket(int family) : fd_(socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &kDeadline, sizeof kDeadline);
    setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &kDeadline, sizeof kDeadline);
  }
  ~Socket() { close(fd_); }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  [[nodiscard]] int fd() const { return fd_; }

 private:
  int fd_;
};

struct Address {
  sockaddr_storage any{};
  socklen_t size = 0;
};

/// Where a service that listens on `bind` is reached from here: every address includes the loopback one.
Address AddressOf(const std::string& bind, std::uint16_t port) {
  Address address;
  sockaddr_in6 six{};
  if (inet_pton(AF_INET6, bind.c_str(), &six.sin6_addr) == 1) {
    six.sin6_family = AF_INET6;
    six.sin6_port = htons(port);
    if (IN6_IS_ADDR_UNSPECIFIED(&six.sin6_addr)) six.sin6_addr = in6addr_loopback;
    std::memcpy(&address.any, &six, address.size = sizeof six);
    return address;
  }
  sockaddr_in four{};
  four.sin_family = AF_INET;
  four.sin_port = htons(port);
  if (inet_pton(AF_INET, bind.c_str(), &four.sin_addr) != 1 || four.sin_addr.s_addr == htonl(INADDR_ANY)) {
    four.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  }
  std::memcpy(&address.any, &four, address.size = sizeof four);
  return address;
}

std::unexpected<Error> Unwell(std::string_view what) {
  return Fail(ErrorCode::kUnavailable, fmt::format("{}: {}", what, std::strerror(errno)));
}

}  // namespace

Result<void> CheckHealth(const std::string& bind, std::uint16_t port) {
  const Address address = AddressOf(bind, port);
  const Socket socket(address.any.ss_family);
  // The sockets API takes every kind of address by this cast.
  if (connect(socket.fd(), reinterpret_cast<const sockaddr*>(&address.any), address.size) != 0) {
    return Unwell(fmt::format("nobody answers on port {}", port));
  }
  constexpr std::string_view kRequest = "GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
  if (send(socket.fd(), kRequest.data(), kRequest.size(), MSG_NOSIGNAL) < 0) return Unwell("cannot ask");

  constexpr std::string_view kWell = "HTTP/1.1 200";
  std::array<char, kWell.size()> status{};
  const auto received = recv(socket.fd(), status.data(), status.size(), MSG_WAITALL);
  if (received < 0) return Unwell("no answer");
  const std::string_view answer(status.data(), static_cast<std::size_t>(received));
  if (answer != kWell) return Fail(ErrorCode::kUnavailable, fmt::format("not ready: \"{}\"", answer));
  return {};
}

}  // namespace demo
