#include "cluster/findings.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "cluster/balance.h"
#include "cluster/plan.h"
#include "cluster/reply.h"

namespace demo::cluster {
namespace {

namespace json = boost::json;
using Kind = Server::Kind;

constexpr UnixMillis kLagMillis = 10'000;

constexpr std::array kStates = {
    State{"no-primary", true, "Start members until a majority of the set answers; they elect a primary within 15 s."},
    State{"two-primaries", true,
          "Mend the network between the two: the older one steps down when it hears of the other."},
    State{"shared-address", true, "Give each member a name of its own; only routers may share one."},
    State{"member-down", true, "Start it again and read its log; until then the set can lose one less."},
    State{"member-not-serving", true, "Let it finish; where it does not, read its log."},
    State{"member-lagging", true,
          "Look for a slow disk or network at the member, or for more writes than it can follow."},
    State{"member-missing", true, "Run demo-app cluster apply."},
    State{"member-foreign", true, "Correct the topology's address, or how the server there is started."},
    State{"member-unlisted", false, "Add it to the topology, or remove it from the set by hand (rs.remove)."},
    State{"login-refused", true,
          "Compare the key or the password of the topology with the one the server was started with."},
    State{"no-router", true, "Start a router (mongos)."},
    State{"router-down", true, "Start it again and read its log; the others serve."},
    State{"direct-connection", true, "Take directConnection out of MONGODB_URI and name every router in it."},
    State{"shard-missing", true, "Run demo-app cluster apply."},
    State{"one-shard", false, "Add a second replica set to shards in the topology and run demo-app cluster apply."},
    State{"unsharded-collection", true, "Run demo-app cluster apply."},
    State{"wrong-shard-key", true,
          "Correct the topology, or reshard the collection by hand (reshardCollection, from 5.0)."},
    State{"balancer-off", true, "Run demo-app cluster apply once whoever stopped it no longer needs it stopped."},
    State{"chunks-moving", false,
          "Wait; the service goes on meanwhile. demo-app cluster status --watch tells the end."},
    State{"incomplete", true, "Run demo-app cluster apply."},
};

class Diagnosis {
 public:
  Diagnosis(const Topology& topology, const Observed& observed) : topology_(topology), observed_(observed) {}

  std::vector<Finding> Run() {
    if (topology_.config) LookAtSet(*topology_.config, *observed_.config);
    for (std::size_t i = 0; i < topology_.shards.size(); ++i) LookAtSet(topology_.shards[i], observed_.shards[i]);
    LookAtAddresses();
    if (topology_.sharded()) LookAtRouters();
    LookAtLogins();
    if (topology_.sharded() && observed_.data) LookAtSharding(*observed_.data);
    if (std::ranges::none_of(found_, [](const Finding& finding) { return finding.state->is_fault; })) LookAtPlan();
    std::ranges::stable_sort(found_, std::ranges::greater(),
                             [](const Finding& finding) { return finding.state->is_fault; });
    return std::move(found_);
  }

 private:
  void Add(std::string_view state, std::string what) {
    const auto* found = std::ranges::find(kStates, state, &State::name);
    found_.push_back({found, std::move(what)});
  }

  void LookAtSet(const ReplicaSet& set, const SetView& view) {
    std::vector<std::string> primaries;
    for (const Server& member : view.members) {
      LookAtMember(set, view, member);
      if (member.primary) primaries.push_back(member.address);
    }
    if (primaries.empty()) Add("no-primary", fmt::format("{}: nobody is primary, so nothing can be written", set.name));
    if (primaries.size() > 1) {
      Add("two-primaries", fmt::format("{}: {} say that they are primary", set.name, fmt::join(primaries, " and ")));
    }
    if (view.config) LookForUnlisted(view);
  }

  void LookAtMember(const ReplicaSet& set, const SetView& view, const Server& member) {
    const auto add = [&](std::string_view state, std::string_view what) {
      Add(state, fmt::format("{}: {} {}", set.name, member.address, what));
    };
    if (member.kind == Kind::kSilent) return add("member-down", fmt::format("does not answer ({})", member.error));
    if (member.wire_version < kOldestWireVersion) return add("member-foreign", "is older than MongoDB 4.0");
    if (member.kind == Kind::kRouter) return add("member-foreign", "is a router (mongos)");
    if (member.kind == Kind::kStandalone) return add("member-foreign", "runs without a replica set");
    if (member.kind == Kind::kUninitialised) return add("member-missing", "is in no replica set yet");
    if (member.set_name != set.name) return add("member-foreign", "is a member of " + member.set_name);
    const MemberState* state = StateOf(view, member);
    if (!member.primary && !member.secondary && !member.arbiter) {
      return add("member-not-serving", "is " + (state ? state->state : "neither primary nor secondary"));
    }
    const auto lag = LagOf(view, member);
    if (lag && *lag >= kLagMillis) add("member-lagging", fmt::format("is {} s behind its primary", *lag / 1000));
  }

  static const MemberState* StateOf(const SetView& view, const Server& member) {
    const auto found = std::ranges::find_if(view.states, [&](const MemberState& state) {
      return state.host == member.address || (!state.host.empty() && state.host == member.calls_itself);
    });
    return found == view.states.end() ? nullptr : &*found;
  }

  /// A member that the set has and the topology does not name.
  void LookForUnlisted(const SetView& view) {
    for (const json::value& entry : reply::Array(*view.config, "members")) {
      const std::string host = entry.is_object() ? reply::Text(entry.get_object(), "host") : "";
      const auto is_it = [&](const Server& member) { return member.address == host || member.calls_itself == host; };
      if (std::ranges::any_of(view.members, is_it)) continue;
      Add("member-unlisted", fmt::format("{}: {} is a member, and the topology does not name it", view.name, host));
    }
  }

  void LookAtAddresses() {
    for (const auto& [address, servers] : observed_.shared_addresses) {
      Add("shared-address",
          fmt::format("behind {} are {} servers: {}", address, servers.size(), fmt::join(servers, ", ")));
    }
    if (!observed_.direct_router.empty()) {
      Add("direct-connection",
          fmt::format("MONGODB_URI holds the service to the router {}: it dies with it", observed_.direct_router));
    }
  }

  void LookAtRouters() {
    const auto answers = [](const Server& router) { return router.kind == Kind::kRouter; };
    const bool any = std::ranges::any_of(observed_.routers, answers);
    if (!any) Add("no-router", "no router answers, so the service reaches nothing");
    for (const Server& router : observed_.routers) {
      if (answers(router)) continue;
      const bool is_silent = router.kind == Kind::kSilent;
      Add(is_silent ? "router-down" : "member-foreign",
          fmt::format("routers: {} {}", router.address,
                      is_silent ? fmt::format("does not answer ({})", router.error) : "is no router (mongos)"));
    }
  }

  void LookAtLogins() {
    const auto add = [&](const std::string& who, const Why& why) {
      if (why.refused) Add("login-refused", fmt::format("{}: {}", who, why.text));
    };
    for (const SetView* set : Sets()) add(set->name, set->unasked);
    add(observed_.home().name, observed_.users_unasked);
    add("data", observed_.data_unasked);
  }

  [[nodiscard]] std::vector<const SetView*> Sets() const {
    std::vector<const SetView*> sets;
    if (observed_.config) sets.push_back(&*observed_.config);
    for (const SetView& set : observed_.shards) sets.push_back(&set);
    return sets;
  }

  void LookAtSharding(const DataView& data) {
    for (const ReplicaSet& set : topology_.shards) {
      if (!data.shards.contains(set.name))
        Add("shard-missing", fmt::format("{} is no shard of the cluster yet", set.name));
    }
    if (data.shards.size() == 1) {
      Add("one-shard",
          fmt::format("{} holds everything: a cluster of one shard distributes nothing", data.shards.begin()->first));
    }
    for (const Collection& collection : topology_.collections) LookAtCollection(collection, data);
    if (!data.moves.balancer_on) Add("balancer-off", "the balancer is stopped: chunks stay where they are");
    const Balance balance = BalanceOf(data, observed_.looked_at);
    if (balance.chunks_to_move > 0) {
      Add("chunks-moving", fmt::format("{} chunks are still to move to other shards", balance.chunks_to_move));
    }
  }

  void LookAtCollection(const Collection& collection, const DataView& data) {
    const auto found = data.collections.find(collection.name);
    if (collection.shard_key.empty() || found == data.collections.end()) return;
    const auto& [name, view] = *found;
    const std::string wants = reply::KeyText(collection.shard_key);
    const std::string full_name = topology_.database + "." + name;
    if (!view.shard_key) {
      Add("unsharded-collection",
          fmt::format("{} lies whole on one shard, wants to be sharded on {}", full_name, wants));
    } else if (reply::KeyText(*view.shard_key) != wants) {
      Add("wrong-shard-key",
          fmt::format("{} is sharded on {}, wants {}", full_name, reply::KeyText(*view.shard_key), wants));
    }
  }

  /// What no state above names: users, indexes, defaults.
  void LookAtPlan() {
    const Step step = NextStep(topology_, observed_);
    if (const auto* action = std::get_if<Do>(&step)) Add("incomplete", "missing: " + action->text);
    if (const auto* wait = std::get_if<Wait>(&step)) Add("incomplete", wait->reason);
    if (const auto* stuck = std::get_if<Stuck>(&step)) Add("incomplete", stuck->reason);
  }

  const Topology& topology_;
  const Observed& observed_;
  std::vector<Finding> found_;
};

}  // namespace

std::span<const State> States() { return kStates; }

std::vector<Finding> Diagnose(const Topology& topology, const Observed& observed) {
  return Diagnosis(topology, observed).Run();
}

}  // namespace demo::cluster
