#include "config/config.h"
#include "http/answers.h"
#include "http/handlers/handlers.h"

namespace demo::http {
namespace {

std::string_view ToString(Topology::Mode mode) {
  constexpr std::string_view kNames[] = {"embedded", "replication", "sharding"};
  return kNames[static_cast<std::size_t>(mode)];
}

}  // namespace

Result<Response> ShowSharding(const Request&, Services& services) {
  const auto topology = services.store.DescribeTopology();
  if (!topology) return Fail(topology.error());
  JsonWriter json;
  json.BeginObject();
  json.Key("sharding_enabled").Bool(topology->mode == Topology::Mode::kSharding);
  json.Key("shards").Number(topology->shards).Key("mode").String(ToString(topology->mode));
  json.Key("environment").String(services.config.environment);
  json.Key("connected_to").String(topology->connected_to).Key("version").String(topology->version);
  if (topology->mode == Topology::Mode::kEmbedded) {
    json.Key("location").String(topology->location).Key("bytes").Number(topology->bytes);
  }
  json.EndObject();
  return Json(std::move(json));
}

}  // namespace demo::http
