#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <optional>

#include "cluster/planning.h"
#include "cluster/reply.h"

namespace demo::cluster {
namespace {

namespace json = boost::json;
using Kind = Server::Kind;

// A primary that vanished is missed after this: half of MongoDB's own.
constexpr int kElectionMs = 5000;
// Where a primary vanishes without a word, who replicated from it goes on reporting to it for 30 s, a time that cannot
// be set (sync_source_feedback.cpp). Until then the new primary learns from heartbeats alone what a majority has, and
// each write waits for the next one: with MongoDB's own, 2 s. An order is four such waits.
constexpr int kHeartbeatMs = 500;
// Then the new one waits so long for members that may be ahead of it, of which one is gone; MongoDB's own is until a
// heartbeat to it fails, 10 s. What a majority has, and only that was acknowledged, the new one has already.
constexpr int kCatchUpMs = 2000;

/// "a:1, b:1 (connection refused)": what ails several stands once.
std::string SilentOnes(const SetView& view) {
  std::map<std::string, std::vector<std::string>> by_error;
  for (const Server& member : view.members) {
    if (member.kind == Kind::kSilent) by_error[member.error].push_back(member.address);
  }
  std::vector<std::string> texts;
  for (const auto& [error, addresses] : by_error)
    texts.push_back(fmt::format("{} ({})", fmt::join(addresses, ", "), error));
  return fmt::format("{}", fmt::join(texts, ", "));
}

std::string WaitingFor(const SetView& view) {
  const auto silent = std::ranges::count(view.members, Kind::kSilent, &Server::kind);
  return fmt::format("{}: {} of {} members answer, waiting for {}", view.name, std::ssize(view.members) - silent,
                     view.members.size(), SilentOnes(view));
}

bool AnyOf(const SetView& view, Kind kind) {
  return std::ranges::find(view.members, kind, &Server::kind) != view.members.end();
}

/// Why a server is none that this set can have; empty for one that it can.
std::string Unfit(const Server& server, const ReplicaSet& set) {
  if (server.kind == Kind::kSilent) return "";
  if (server.wire_version < kOldestWireVersion) {
    return fmt::format("is older than MongoDB 4.0 (wire version {})", server.wire_version);
  }
  if (server.kind == Kind::kRouter) return "is a router (mongos)";
  if (server.kind == Kind::kStandalone) return fmt::format("runs without --replSet {}", set.name);
  if (server.kind == Kind::kMember && server.set_name != set.name) {
    return fmt::format("is a member of the replica set {}", server.set_name);
  }
  return "";
}

bool CheckMembers(const ReplicaSet& set, const SetView& view, Planning& planning) {
  for (const Server& member : view.members) {
    const std::string unfit = Unfit(member, set);
    if (unfit.empty()) continue;
    planning.AddStuck(fmt::format("{}: {} {}", set.name, member.address, unfit));
    return false;
  }
  return true;
}

/// What a set looks like once it has elected its first member.
void Elect(SetView& view, const std::vector<std::string>& hosts) {
  json::array members;
  for (std::size_t i = 0; i < hosts.size(); ++i) members.push_back({{"_id", i}, {"host", hosts[i]}});
  if (!view.config) view.config = json::object{{"_id", view.name}, {"version", 1}, {"members", members}};
  for (Server& member : view.members) {
    member = {.address = member.address, .kind = Kind::kMember, .wire_version = kOldestWireVersion, .hosts = hosts};
    member.set_name = view.name;
    member.calls_itself = member.address;
    member.primary = &member == &view.members.front();
    member.secondary = !member.primary;
  }
}

void Initiate(const ReplicaSet& set, const SetView& view, const PickSet& pick, bool is_config, Planning& planning) {
  // Only with all of them: the server refuses to initiate beside a member that it cannot ask, and one that is silent
  // may belong to a set with data.
  if (AnyOf(view, Kind::kSilent)) {
    return planning.AddWait(WaitingFor(view), [pick](Observed& observed) {
      for (Server& member : pick(observed).members) {
        if (member.kind != Kind::kSilent) continue;
        member = {.address = member.address, .kind = Kind::kUninitialised, .wire_version = kOldestWireVersion};
      }
    });
  }
  json::array members;
  for (std::size_t i = 0; i < set.members.size(); ++i) members.push_back({{"_id", i}, {"host", set.members[i]}});
  json::object configuration{{"_id", set.name}, {"version", 1}, {"members", std::move(members)}};
  configuration["settings"] = {{"heartbeatIntervalMillis", kHeartbeatMs},
                               {"electionTimeoutMillis", kElectionMs},
                               {"catchUpTimeoutMillis", kCatchUpMs}};
  if (is_config) configuration["configsvr"] = true;
  planning.Add({.text = fmt::format("{}: initiate with {} members", set.name, set.members.size()),
                .address = set.members.front(),
                .database = "admin",
                .command = {{"replSetInitiate", std::move(configuration)}},
                .effect = [pick, hosts = set.members](Observed& observed) {
                  SetView& after = pick(observed);
                  Elect(after, hosts);
                  for (Server& member : after.members) member.primary = member.secondary = false;
                  after.config.reset();
                }});
}

std::string RolesOf(const SetView& view) {
  std::vector<std::string> roles;
  for (const Server& member : view.members) {
    const char* role = member.primary                        ? "is primary"
                       : member.secondary                    ? "is secondary"
                       : member.arbiter                      ? "is arbiter"
                       : member.kind == Kind::kSilent        ? "does not answer"
                       : member.kind == Kind::kUninitialised ? "has not heard of the set yet"
                                                             : "is starting";
    roles.push_back(fmt::format("{} {}", member.address, role));
  }
  return fmt::format("{}", fmt::join(roles, ", "));
}

/// Whether the set has the member, under this name or under the one that it gives itself: by its configuration, or by
/// what the primary tells everybody.
bool Has(const SetView& view, const Server& member) {
  const Server* primary = PrimaryOf(view);
  const auto is_it = [&](const std::string& host) {
    return !host.empty() && (host == member.address || host == member.calls_itself);
  };
  if (primary && std::ranges::any_of(primary->hosts, is_it)) return true;
  return view.config && std::ranges::any_of(reply::Array(*view.config, "members"), [&](const json::value& entry) {
           return entry.is_object() && is_it(reply::Text(entry.get_object(), "host"));
         });
}

json::object WithMember(json::object config, const std::string& host) {
  std::int64_t id = 0;
  for (const json::value& entry : reply::Array(config, "members")) {
    if (entry.is_object()) id = std::max(id, reply::Int(entry.get_object(), "_id").value_or(0) + 1);
  }
  config["version"] = reply::Int(config, "version").value_or(0) + 1;
  config["members"].as_array().push_back({{"_id", id}, {"host", host}});
  return config;
}

bool IsServing(const Server& member) { return member.primary || member.secondary || member.arbiter; }

/// The first of those that the set has and that do not serve.
std::optional<std::size_t> Newcomer(const SetView& view) {
  for (std::size_t i = 0; i < view.members.size(); ++i) {
    const Server& member = view.members[i];
    if (member.kind != Kind::kSilent && Has(view, member) && !IsServing(member)) return i;
  }
  return std::nullopt;
}

/// One at a time, and the next only when the one before serves, so that a majority is never made of newcomers.
void AddMember(std::size_t i, const Server& primary, const SetView& view, const PickSet& pick, Planning& planning) {
  const Server& member = view.members[i];
  if (member.kind == Kind::kSilent) {
    return planning.AddWait(WaitingFor(view),
                            [pick, i](Observed& observed) { pick(observed).members[i].kind = Kind::kUninitialised; });
  }
  if (!view.config) {
    return planning.AddWait(fmt::format("{}: the primary {} does not say how it is configured: {}", view.name,
                                        primary.address, view.unasked.text),
                            [pick, hosts = primary.hosts](Observed& observed) { Elect(pick(observed), hosts); });
  }
  if (const auto newcomer = Newcomer(view)) {
    return planning.AddWait(
        fmt::format("{}: {} copies the data before another member is added", view.name,
                    view.members[*newcomer].address),
        [pick, at = *newcomer](Observed& observed) { pick(observed).members[at].secondary = true; });
  }
  json::object wanted = WithMember(*view.config, member.address);
  planning.Add({.text = fmt::format("{}: add the member {}", view.name, member.address),
                .address = primary.address,
                .database = "admin",
                .command = {{"replSetReconfig", wanted}},
                .effect = [pick, i, wanted](Observed& observed) {
                  SetView& after = pick(observed);
                  after.config = wanted;
                  after.members[i].kind = Kind::kMember;
                  after.members[i].set_name = after.name;
                  after.members[i].secondary = true;
                }});
}

bool AddMissing(const Server& primary, const SetView& view, const PickSet& pick, Planning& planning) {
  const auto missing = std::ranges::find_if(view.members, [&](const Server& member) { return !Has(view, member); });
  if (missing == view.members.end()) return true;
  AddMember(static_cast<std::size_t>(missing - view.members.begin()), primary, view, pick, planning);
  return false;
}

}  // namespace

bool PlanSet(const ReplicaSet& set, const SetView& view, const PickSet& pick, Planning& planning) {
  if (!CheckMembers(set, view, planning)) return false;
  if (!AnyOf(view, Kind::kMember)) {
    Initiate(set, view, pick, planning.wanted.config && &set == &*planning.wanted.config, planning);
    return false;
  }
  const Server* primary = PrimaryOf(view);
  const auto elected = [pick, hosts = set.members](Observed& observed) { Elect(pick(observed), hosts); };
  if (!primary) {
    planning.AddWait(fmt::format("{}: no primary yet ({})", set.name, RolesOf(view)), elected);
    return false;
  }
  if (!AddMissing(*primary, view, pick, planning)) return false;
  const auto serving = static_cast<std::size_t>(std::ranges::count_if(view.members, IsServing));
  if (2 * serving > view.members.size()) return true;
  planning.AddWait(fmt::format("{}: no majority serves yet ({})", set.name, RolesOf(view)), elected);
  return false;
}

}  // namespace demo::cluster
