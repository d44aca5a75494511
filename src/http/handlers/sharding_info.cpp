#include <optional>

#include "config/config.h"
#include "http/answers.h"
#include "http/handlers/handlers.h"
#include "service/topology_watch.h"

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
  if (router.answers) json.Key("answers").Bool(*router.answers);
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

std::string_view StateOf(const Host& host, bool is_this) {
  if (IsSilent(host) && !is_this) return "silent";
  return host.draining ? "draining" : "up";
}

/// This instance has no silence: it is the one that answers.
void WriteInstances(JsonWriter& json, const Services& services) {
  const auto seen = services.hosts.Current();
  if (!seen.current) return;
  json.Key("instances").BeginArray();
  for (const Host& host : *seen.what) {
    const bool is_this = host.pod == services.config.instance;
    json.BeginObject().Key("pod").String(host.pod);
    json.Key("state").String(StateOf(host, is_this));
    if (!is_this) json.Key("silent_ms").Number(host.silence.count());
    json.EndObject();
  }
  json.EndArray();
}

std::string_view ToString(TopologyEvent::Kind kind) {
  constexpr std::string_view kNames[] = {"primary",         "no_primary",     "member_down",   "member_up",
                                         "shard_added",     "chunks",         "router_came",   "router_gone",
                                         "unreachable",     "reachable",      "instance_came", "instance_drains",
                                         "instance_silent", "instance_heard", "instance_gone"};
  return kNames[static_cast<std::size_t>(kind)];
}

void WriteEvent(JsonWriter& json, const TopologyEvent& event) {
  json.BeginObject().Key("time").String(FormatUtc(event.time)).Key("kind").String(ToString(event.kind));
  if (!event.where.empty()) json.Key("where").String(event.where);
  if (!event.who.empty()) json.Key("who").String(event.who);
  if (event.kind == TopologyEvent::Kind::kChunks) json.Key("count").Number(event.count);
  json.EndObject();
}

/// Times are told where they are not now: an answer that says the same is the same.
void WriteAge(JsonWriter& json, const TopologyWatch::Seen& seen) {
  json.Key("current").Bool(seen.current);
  if (!seen.current) json.Key("read_at").String(FormatUtc(seen.read_at));
  const UnixMillis counted_at = seen.what->counted_at;
  const bool is_old = counted_at != 0 && seen.read_at - counted_at > TopologyWatch::kMaxAge.count();
  if (is_old) json.Key("counted_at").String(FormatUtc(counted_at));
}

/// What was seen last; asked for anew only before anything was.
Result<TopologyWatch::Seen> LastSeen(const Services& services) {
  auto seen = services.topology.Current();
  if (seen.what) return seen;
  auto topology = services.store.DescribeTopology();
  if (!topology) return Fail(topology.error());
  return TopologyWatch::Seen{*std::move(topology), WallClockNow(), true};
}

}  // namespace

Result<Response> ShowSharding(const Request&, Services& services) {
  const auto seen = LastSeen(services);
  if (!seen) return Fail(seen.error());
  const auto& topology = seen->what;
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
  WriteInstances(json, services);
  WriteAge(json, *seen);
  WriteAll(json.Key("events"), services.topology.Events(), WriteEvent);
  json.EndObject();
  return Json(std::move(json));
}

}  // namespace demo::http
