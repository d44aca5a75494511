#include <optional>

#include "config/config.h"
#include "http/answers.h"
#include "http/handlers/handlers.h"

namespace demo::http {
namespace {

std::string_view ToString(Topology::Mode mode) {
  constexpr std::string_view kNames[] = {"embedded", "replication", "sharding"};
  return kNames[static_cast<std::size_t>(mode)];
}

std::string_view ToString(Topology::Role role) {
  constexpr std::string_view kNames[] = {"primary", "secondary", "arbiter", "starting", "down", "unknown"};
  return kNames[static_cast<std::size_t>(role)];
}

void NumberOrNull(JsonWriter& json, const std::optional<std::int64_t>& number) {
  if (number) {
    json.Number(*number);
  } else {
    json.Raw("null");
  }
}

std::optional<std::int64_t> Milliseconds(const std::optional<std::chrono::milliseconds>& time) {
  return time ? std::optional<std::int64_t>(time->count()) : std::nullopt;
}

void WriteSet(JsonWriter& json, const Topology::ReplicaSet& set) {
  json.BeginObject().Key("name").String(set.name).Key("members").BeginArray();
  for (const Topology::Member& member : set.members) {
    json.BeginObject().Key("name").String(member.name).Key("role").String(ToString(member.role));
    NumberOrNull(json.Key("lag_ms"), Milliseconds(member.lag));
    json.EndObject();
  }
  json.EndArray().EndObject();
}

void WriteShard(JsonWriter& json, const Topology::Shard& shard) {
  json.BeginObject().Key("name").String(shard.name).Key("replica_set");
  WriteSet(json, shard.set);
  json.Key("collections").BeginArray();
  for (const Topology::Part& part : shard.parts) {
    json.BeginObject().Key("name").String(part.collection);
    NumberOrNull(json.Key("chunks"), part.chunks);
    NumberOrNull(json.Key("documents"), part.documents);
    json.EndObject();
  }
  json.EndArray().EndObject();
}

void WriteRouter(JsonWriter& json, const Topology::Router& router) {
  json.BeginObject().Key("name").String(router.name).Key("version").String(router.version);
  NumberOrNull(json.Key("silent_ms"), Milliseconds(router.silence));
  json.EndObject();
}

template <typename T>
void WriteAll(JsonWriter& json, const std::vector<T>& items, void (*write)(JsonWriter&, const T&)) {
  json.BeginArray();
  for (const T& item : items) write(json, item);
  json.EndArray();
}

/// What is not known is left out.
void WriteParts(JsonWriter& json, const Topology& topology) {
  if (topology.replica_set) WriteSet(json.Key("replica_set"), *topology.replica_set);
  if (topology.shard_list) WriteAll(json.Key("shard_list"), *topology.shard_list, WriteShard);
  if (topology.config_servers) WriteSet(json.Key("config_servers"), *topology.config_servers);
  if (topology.routers) WriteAll(json.Key("routers"), *topology.routers, WriteRouter);
  if (!topology.balancer) return;
  json.Key("balancer").BeginObject().Key("on").Bool(topology.balancer->on);
  json.Key("working").Bool(topology.balancer->working).EndObject();
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
  WriteParts(json, *topology);
  json.EndObject();
  return Json(std::move(json));
}

}  // namespace demo::http
