#include "cache/redis/socket_address.h"

#include <fmt/format.h>
#include <netdb.h>

#include <atomic>
#include <cstring>
#include <future>
#include <memory>
#include <thread>
#include <utility>

#include "base/faults.h"

namespace demo::redis {
namespace {

Result<SocketAddress> Ask(const Endpoint& endpoint, int flags) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags;
  addrinfo* found = nullptr;
  const int failed = getaddrinfo(endpoint.host.c_str(), std::to_string(endpoint.port).c_str(), &hints, &found);
  if (failed != 0) return Fail(ErrorCode::kUnavailable, fmt::format("{}: {}", endpoint.host, gai_strerror(failed)));
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(found, freeaddrinfo);
  SocketAddress address;
  address.length = found->ai_addrlen;
  std::memcpy(&address.storage, found->ai_addr, found->ai_addrlen);
  address.text = ToString(endpoint);
  return address;
}

}  // namespace

Result<SocketAddress> Resolve(const Endpoint& endpoint, std::chrono::milliseconds wait) {
  if (auto address = Ask(endpoint, AI_NUMERICHOST)) return address;
  static std::atomic<bool> asking{false};
  if (asking.exchange(true)) return Fail(ErrorCode::kUnavailable, endpoint.host + ": the resolver does not answer");
  std::promise<Result<SocketAddress>> promise;
  auto answer = promise.get_future();
  auto ask = [endpoint, promise = std::move(promise)]() mutable {
    auto result = OrFail([&] { return Ask(endpoint, 0); });
    asking.store(false);
    Survive("resolver", [&] { promise.set_value(std::move(result)); });
  };
  if (!Survive("resolver", [&] { std::thread(std::move(ask)).detach(); })) {
    asking.store(false);
    return Fail(ErrorCode::kUnavailable, endpoint.host + ": there is no thread to ask the resolver");
  }
  if (answer.wait_for(wait) == std::future_status::ready) return answer.get();
  return Fail(ErrorCode::kUnavailable, endpoint.host + ": the resolver does not answer");
}

}  // namespace demo::redis
