#include "cli/cluster_report.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/json.h"
#include "cli/load_progress.h"
#include "cluster/balance.h"
#include "cluster/reply.h"

namespace demo {
namespace {

using cluster::Observed;
using cluster::Server;
using cluster::SetView;
using Kind = Server::Kind;

std::string_view RoleOf(const Server& member) {
  if (member.primary) return "primary";
  if (member.secondary) return "secondary";
  if (member.arbiter) return "arbiter";
  if (member.kind == Kind::kSilent) return "silent";
  if (member.kind == Kind::kUninitialised) return "waiting";
  return member.kind == Kind::kMember ? "starting" : "foreign";
}

std::string SetText(std::string_view title, const SetView& set) {
  std::string text = fmt::format("{} {}\n", title, set.name);
  for (const Server& member : set.members) {
    const auto lag = LagOf(set, member);
    const std::string behind = lag ? fmt::format("  {} s behind", *lag / 1000) : "";
    text += fmt::format("  {:<10} {}{}\n", RoleOf(member), member.address, behind);
  }
  return text;
}

std::string RoutersText(const std::vector<Server>& routers) {
  std::string text = "routers\n";
  for (const Server& router : routers) {
    text += fmt::format("  {:<10} {}\n", router.kind == Kind::kRouter ? "answers" : RoleOf(router), router.address);
  }
  return text;
}

double Percent(std::int64_t part, std::int64_t whole) {
  return whole == 0 ? 0 : 100 * static_cast<double>(part) / static_cast<double>(whole);
}

std::string CollectionText(const std::string& name, const cluster::CollectionView& collection) {
  const std::string key = collection.shard_key ? "sharded on " + cluster::reply::KeyText(*collection.shard_key)
                                               : std::string("not sharded");
  std::string text = fmt::format("  {}: {}\n", name, collection.exists ? key : "not there yet");
  for (const auto& [shard, part] : collection.parts) {
    text += fmt::format("    {:<16} ", shard.empty() ? "all" : shard);
    if (collection.shard_key) text += fmt::format("{:>5} chunks ", part.chunks);
    text += fmt::format("{:>12} documents {:>5.1f} %\n", Grouped(part.documents),
                        Percent(part.documents, collection.documents()));
  }
  return text;
}

std::string FindingsText(const std::vector<cluster::Finding>& findings) {
  if (findings.empty()) return "all is well\n";
  std::string text;
  for (const cluster::Finding& finding : findings) {
    text += fmt::format("{} {}: {}\n  do: {} (docs/runbook.md#{})\n", finding.state->is_fault ? "WRONG" : "note ",
                        finding.state->name, finding.what, finding.state->todo, finding.state->name);
  }
  return text;
}

void WriteSet(JsonWriter& json, const SetView& set) {
  json.BeginObject().Key("name").String(set.name).Key("members").BeginArray();
  for (const Server& member : set.members) {
    json.BeginObject().Key("address").String(member.address).Key("role").String(RoleOf(member));
    if (const auto lag = LagOf(set, member)) json.Key("lag_milliseconds").Number(*lag);
    if (!member.error.empty()) json.Key("error").String(member.error);
    json.EndObject();
  }
  json.EndArray().EndObject();
}

void WriteCollection(JsonWriter& json, const std::string& name, const cluster::CollectionView& collection) {
  json.BeginObject().Key("name").String(name).Key("sharded").Bool(collection.shard_key.has_value());
  if (collection.shard_key) json.Key("shard_key").String(cluster::reply::KeyText(*collection.shard_key));
  json.Key("documents").Number(collection.documents()).Key("parts").BeginArray();
  for (const auto& [shard, part] : collection.parts) {
    json.BeginObject().Key("shard").String(shard).Key("chunks").Number(part.chunks);
    json.Key("documents").Number(part.documents).Key("bytes").Number(part.bytes).EndObject();
  }
  json.EndArray().EndObject();
}

void WriteData(JsonWriter& json, const Observed& observed) {
  json.Key("asked").String(observed.data->asked).Key("version").String(observed.data->version);
  json.Key("collections").BeginArray();
  for (const auto& [name, collection] : observed.data->collections) WriteCollection(json, name, collection);
  json.EndArray();
  if (observed.routers.empty()) return;
  const cluster::Balance balance = BalanceOf(*observed.data, observed.looked_at);
  json.Key("balancer").BeginObject().Key("on").Bool(observed.data->moves.balancer_on);
  json.Key("chunks_to_move").Number(balance.chunks_to_move);
  if (balance.left) json.Key("seconds_left").Number(balance.left->count());
  json.EndObject();
}

}  // namespace

std::string BalanceText(const Observed& observed) {
  if (!observed.data) {
    const bool any = std::ranges::count(observed.routers, Kind::kRouter, &Server::kind) > 0;
    const std::string& why = observed.data_unasked.text;
    return "chunks: unknown, " + (!any          ? "no router answers"
                                  : why.empty() ? "the administrator cannot log in yet"
                                                : why);
  }
  const cluster::Balance balance = BalanceOf(*observed.data, observed.looked_at);
  if (balance.chunks_to_move == 0) return "every chunk is where it belongs";
  const std::string left =
      balance.left ? fmt::format("about {}:{:02} left", balance.left->count() / 60, balance.left->count() % 60)
                   : std::string("no pace to be seen yet");
  return fmt::format("{} chunks to move, {}", balance.chunks_to_move, left);
}

std::string ReportText(const cluster::Topology& topology, const Observed& observed,
                       const std::vector<cluster::Finding>& findings) {
  std::string text;
  if (observed.data) {
    text += fmt::format("MongoDB {}, {}, asked {}\n", observed.data->version,
                        topology.sharded() ? fmt::format("sharded over {}", observed.data->shards.size())
                                           : std::string("one replica set"),
                        observed.data->asked);
  }
  if (observed.config) text += SetText("config servers", *observed.config);
  for (const SetView& set : observed.shards) text += SetText(topology.sharded() ? "shard" : "replica set", set);
  if (topology.sharded()) text += RoutersText(observed.routers);
  if (observed.data) {
    text += fmt::format("collections of {}\n", topology.database);
    for (const auto& [name, collection] : observed.data->collections) text += CollectionText(name, collection);
  }
  if (topology.sharded() && observed.data) {
    text += fmt::format("balancer {}: {}\n", observed.data->moves.balancer_on ? "on" : "off", BalanceText(observed));
  }
  return text + FindingsText(findings);
}

std::string ReportJson(const cluster::Topology& topology, const Observed& observed,
                       const std::vector<cluster::Finding>& findings) {
  JsonWriter json;
  json.BeginObject().Key("sharded").Bool(topology.sharded()).Key("database").String(topology.database);
  if (observed.config) WriteSet(json.Key("config"), *observed.config);
  json.Key("shards").BeginArray();
  for (const SetView& set : observed.shards) WriteSet(json, set);
  json.EndArray().Key("routers").BeginArray();
  for (const Server& router : observed.routers) {
    json.BeginObject()
        .Key("address")
        .String(router.address)
        .Key("answers")
        .Bool(router.kind == Kind::kRouter)
        .EndObject();
  }
  json.EndArray();
  if (observed.data) WriteData(json, observed);
  json.Key("findings").BeginArray();
  for (const cluster::Finding& finding : findings) {
    json.BeginObject().Key("state").String(finding.state->name).Key("fault").Bool(finding.state->is_fault);
    json.Key("what").String(finding.what).Key("do").String(finding.state->todo).EndObject();
  }
  json.EndArray().EndObject();
  return std::move(json).Take() + "\n";
}

}  // namespace demo
