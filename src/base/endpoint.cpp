#include "base/endpoint.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "base/number.h"

namespace demo {
namespace {

bool IsHostName(std::string_view text) {
  return !text.empty() && text.size() <= 253 && text.front() != '-' &&
         std::ranges::all_of(text, [](unsigned char c) { return std::isalnum(c) || c == '-' || c == '.' || c == '_'; });
}

bool IsV6(const std::string& text) {
  in6_addr address{};
  return inet_pton(AF_INET6, text.c_str(), &address) == 1;
}

}  // namespace

std::string ToString(const Endpoint& endpoint) {
  const bool is_v6 = endpoint.host.find(':') != std::string::npos;
  return is_v6 ? fmt::format("[{}]:{}", endpoint.host, endpoint.port)
               : fmt::format("{}:{}", endpoint.host, endpoint.port);
}

std::optional<Endpoint> ReadEndpoint(std::string_view text, std::uint16_t default_port) {
  Endpoint endpoint{.host = {}, .port = default_port};
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    endpoint.host = text.substr(1, end - 1);
    if (!IsV6(endpoint.host)) return std::nullopt;
    text.remove_prefix(end + 1);
  } else {
    endpoint.host = text.substr(0, text.find(':'));
    if (!IsHostName(endpoint.host)) return std::nullopt;
    text.remove_prefix(endpoint.host.size());
  }
  if (text.empty()) return endpoint;
  const auto port = text.starts_with(':') ? ReadNumber<std::uint16_t>(text.substr(1), 1, 65535) : std::nullopt;
  if (!port) return std::nullopt;
  endpoint.port = *port;
  return endpoint;
}

std::optional<std::vector<Endpoint>> ReadEndpoints(std::string_view text, std::uint16_t default_port) {
  constexpr std::size_t kMost = 64;
  std::vector<Endpoint> endpoints;
  while (true) {
    const std::size_t comma = text.find(',');
    auto endpoint = ReadEndpoint(text.substr(0, comma), default_port);
    if (!endpoint || std::ranges::count(endpoints, *endpoint) > 0 || endpoints.size() == kMost) return std::nullopt;
    endpoints.push_back(*std::move(endpoint));
    if (comma == std::string_view::npos) return endpoints;
    text.remove_prefix(comma + 1);
  }
}

}  // namespace demo
