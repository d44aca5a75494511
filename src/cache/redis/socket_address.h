#pragma once

#include <sys/socket.h>

#include <chrono>
#include <string>

#include "base/endpoint.h"
#include "base/result.h"

namespace demo::redis {

/// An address that can be connected to without asking anybody.
struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t length = 0;
  std::string text;  ///< As it was asked for: "redis-0.redis:6379". A name outlives addresses.
};

/// Looks the host's name up, where it is not an address. The system's resolver has no deadline of its own: when it
/// takes longer than `wait`, it is left to end by itself, and until it has no other name is looked up. Errors:
/// Unavailable (no such name, or no answer in time).
Result<SocketAddress> Resolve(const Endpoint& endpoint, std::chrono::milliseconds wait);

}  // namespace demo::redis
