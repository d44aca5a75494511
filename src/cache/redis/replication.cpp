#include "cache/redis/replication.h"

#include <algorithm>

#include "base/number.h"

namespace demo::redis {
namespace {

/// The value of `name` in "ip=10.0.0.7,port=6379,state=online".
std::string_view Part(std::string_view line, std::string_view name) {
  while (!line.empty()) {
    const std::size_t comma = line.find(',');
    const std::string_view part = line.substr(0, comma);
    if (part.size() > name.size() && part.starts_with(name) && part[name.size()] == '=') {
      return part.substr(name.size() + 1);
    }
    line.remove_prefix(comma == std::string_view::npos ? line.size() : comma + 1);
  }
  return {};
}

std::optional<Endpoint> EndpointOf(std::string_view host, std::string_view port) {
  const auto number = ReadNumber<std::uint16_t>(port, 1, 65535);
  if (!number || host.empty() || host.size() > 253) return std::nullopt;
  return Endpoint{std::string(host), *number};
}

SharedTierStatus::Replica ReplicaOf(std::string_view line) {
  SharedTierStatus::Replica replica;
  if (const auto endpoint = EndpointOf(Part(line, "ip"), Part(line, "port"))) replica.address = ToString(*endpoint);
  replica.online = Part(line, "state") == "online";
  replica.lag_seconds = ReadNumber<std::int64_t>(Part(line, "lag"), 0, 1'000'000'000).value_or(-1);
  return replica;
}

}  // namespace

std::string_view InfoField(std::string_view info, std::string_view name) {
  while (!info.empty()) {
    const std::size_t end = info.find('\n');
    std::string_view line = info.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.size() > name.size() && line.starts_with(name) && line[name.size()] == ':') {
      return line.substr(name.size() + 1);
    }
    info.remove_prefix(end == std::string_view::npos ? info.size() : end + 1);
  }
  return {};
}

std::optional<Replication> ReadReplication(std::string_view info) {
  constexpr int kMostReplicas = 32;
  Replication replication;
  const std::string_view role = InfoField(info, "role");
  replication.primary = role == "master";
  replication.id = InfoField(info, "master_replid");
  if (role.empty() || replication.id.empty() || replication.id.size() > 64) return std::nullopt;
  for (int i = 0; i < kMostReplicas; ++i) {
    const std::string_view line = InfoField(info, "slave" + std::to_string(i));
    if (line.empty()) break;
    replication.replicas.push_back(ReplicaOf(line));
  }
  return replication;
}

std::optional<Endpoint> ReadMasterAddress(const Reply& reply) {
  if (!reply.IsList(2) || !reply.items[0].IsText() || !reply.items[1].IsText()) return std::nullopt;
  return EndpointOf(reply.items[0].text, reply.items[1].text);
}

std::vector<Endpoint> ReadSentinels(const Reply& reply) {
  std::vector<Endpoint> found;
  for (const Reply& fields : reply.items) {
    std::string_view host;
    std::string_view port;
    for (std::size_t i = 0; i + 1 < fields.items.size(); i += 2) {
      if (fields.items[i].text == "ip") host = fields.items[i + 1].text;
      if (fields.items[i].text == "port") port = fields.items[i + 1].text;
    }
    if (auto endpoint = EndpointOf(host, port)) found.push_back(*std::move(endpoint));
  }
  return found;
}

std::optional<Endpoint> ReadSwitch(std::string_view message, std::string_view master_name) {
  std::vector<std::string_view> words;
  while (!message.empty() && words.size() < 6) {
    const std::size_t space = message.find(' ');
    words.push_back(message.substr(0, space));
    message.remove_prefix(space == std::string_view::npos ? message.size() : space + 1);
  }
  if (words.size() != 5 || words[0] != master_name) return std::nullopt;
  return EndpointOf(words[3], words[4]);
}

}  // namespace demo::redis
