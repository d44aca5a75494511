#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace demo {

/// Where a server listens.
struct Endpoint {
  std::string host;  ///< A name or an address; IPv6 without brackets.
  std::uint16_t port = 0;
  bool operator==(const Endpoint&) const = default;
};

/// "redis:6379", "[::1]:6379".
std::string ToString(const Endpoint& endpoint);

/// Reads `host[:port]` or `[address][:port]`. Nothing for what is neither, or a port outside 1 to 65535. Pure.
std::optional<Endpoint> ReadEndpoint(std::string_view text, std::uint16_t default_port);
/// The same of a list with commas; nothing where one is wrong, named twice, or there are none or more than 64.
std::optional<std::vector<Endpoint>> ReadEndpoints(std::string_view text, std::uint16_t default_port);

}  // namespace demo
