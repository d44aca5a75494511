#include "cli/healthcheck.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <string_view>
#include <utility>

#include "base/clock.h"
#include "base/endpoint.h"
#include "base/unique_fd.h"
#include "config/values.h"

namespace demo {
namespace {

constexpr std::chrono::seconds kPatience{2};

struct Address {
  sockaddr_storage any{};
  socklen_t size = 0;
};

std::string HostOf(const Address& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const bool is_v6 = address.any.ss_family == AF_INET6;
  const void* bytes = is_v6 ? static_cast<const void*>(&reinterpret_cast<const sockaddr_in6*>(&address.any)->sin6_addr)
                            : &reinterpret_cast<const sockaddr_in*>(&address.any)->sin_addr;
  return inet_ntop(address.any.ss_family, bytes, text.data(), text.size()) == nullptr ? "" : text.data();
}

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

/// One question to one service, all of it until one deadline.
class Question {
 public:
  Question(const std::string& bind, std::uint16_t port)
      : address_(AddressOf(bind, port)),
        name_(ToString(Endpoint{HostOf(address_), port})),
        socket_(::socket(address_.any.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {}

  Result<void> Ask() {
    // The sockets API takes every kind of address by this cast.
    const auto* address = reinterpret_cast<const sockaddr*>(&address_.any);
    if (::connect(socket_.get(), address, address_.size) != 0 && errno != EINPROGRESS) return Unheard(errno);
    if (!Await(POLLOUT)) return Late("no connection to");
    if (const int error = ConnectError(); error != 0) return Unheard(error);
    constexpr std::string_view kRequest = "GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    if (::send(socket_.get(), kRequest.data(), kRequest.size(), MSG_NOSIGNAL) < 0) return Broken(errno);
    return ReadAnswer();
  }

 private:
  Result<void> ReadAnswer() {
    constexpr std::string_view kWell = "HTTP/1.1 200";
    std::string answer;
    while (answer.size() < kWell.size()) {
      if (!Await(POLLIN)) return Late("no answer from");
      std::array<char, kWell.size()> part{};
      const ssize_t length = ::recv(socket_.get(), part.data(), kWell.size() - answer.size(), 0);
      if (length < 0) return Broken(errno);
      if (length == 0) break;
      answer.append(part.data(), static_cast<std::size_t>(length));
    }
    if (answer == kWell) return {};
    if (answer.empty()) return Unwell(fmt::format("{} closes the connection without an answer", name_));
    return Unwell(fmt::format("{} is not ready: it answers {}", name_, Shown(answer)));
  }

  bool Await(short what) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline_ - SteadyClock::now()).count();
    pollfd waited{.fd = socket_.get(), .events = what, .revents = 0};
    return ::poll(&waited, 1, static_cast<int>(std::max<std::int64_t>(left, 0))) > 0;
  }

  int ConnectError() {
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &error, &size);
    return error;
  }

  static std::unexpected<Error> Unwell(std::string what) { return Fail(ErrorCode::kUnavailable, std::move(what)); }
  std::unexpected<Error> Unheard(int error) const {
    if (error == ECONNREFUSED) return Unwell(fmt::format("nothing listens on {}", name_));
    return Unwell(fmt::format("{} cannot be reached: {}", name_, std::strerror(error)));
  }
  std::unexpected<Error> Broken(int error) const {
    return Unwell(fmt::format("{} breaks the connection off: {}", name_, std::strerror(error)));
  }
  std::unexpected<Error> Late(std::string_view what) const {
    return Unwell(fmt::format("{} {} within {} s", what, name_, kPatience.count()));
  }

  const Address address_;
  const std::string name_;
  const UniqueFd socket_;
  const SteadyTime deadline_ = SteadyClock::now() + kPatience;
};

}  // namespace

Result<void> CheckHealth(const std::string& bind, std::uint16_t port) {
  if (port == 0) return Fail(ErrorCode::kInvalid, "PORT: got \"0\", wants the port that the service listens on");
  return Question(bind, port).Ask();
}

}  // namespace demo
