#include "cluster/live_cluster.h"

#include <algorithm>
#include <thread>
#include <vector>

#include "base/faults.h"
#include "cluster/read_replies.h"

namespace demo::cluster {
namespace {

namespace json = boost::json;
using std::chrono::milliseconds;

// What only reads answers at once; what changes something may have to wait for elections and for disks.
constexpr milliseconds kGreetDeadline{3000};
constexpr milliseconds kReplyDeadline{60'000};
constexpr std::size_t kAtOnce = 32;

Server Greet(const std::string& address, Connection& connection) {
  const auto reply = connection.Run("admin", {{"isMaster", 1}});
  if (!reply) return {.address = address, .error = reply.error().message};
  return ReadHello(address, *reply);
}

Why WhyNot(const CommandError& error) {
  constexpr int kUnauthorized = 13;
  return {error.message, error.kind == CommandError::Kind::kRefused || error.code == kUnauthorized};
}

SetView Unseen(const ReplicaSet& set) {
  SetView view{.name = set.name};
  for (const std::string& address : set.members) view.members.push_back({.address = address});
  return view;
}

}  // namespace

Observed LiveCluster::Look() {
  Observed observed{.looked_at = WallClockNow()};
  if (topology_.config) observed.config = Unseen(*topology_.config);
  for (const ReplicaSet& set : topology_.shards) observed.shards.push_back(Unseen(set));
  for (const std::string& address : topology_.routers) observed.routers.push_back({.address = address});

  GreetAll(observed);
  if (observed.config) LookAtSet(*observed.config);
  for (SetView& set : observed.shards) LookAtSet(set);
  LookAtUsers(observed);
  LookAtData(observed);
  return observed;
}

CommandResult LiveCluster::Run(const Do& step) { return Ask(step.address, step.database, step.command); }

void LiveCluster::GreetAll(Observed& observed) {
  std::vector<Server*> servers;
  const auto add = [&servers](std::vector<Server>& more) {
    for (Server& server : more) servers.push_back(&server);
  };
  if (observed.config) add(observed.config->members);
  for (SetView& set : observed.shards) add(set.members);
  add(observed.routers);

  for (std::size_t begin = 0; begin < servers.size(); begin += kAtOnce) {
    std::vector<std::jthread> threads;
    for (std::size_t i = begin; i < std::min(begin + kAtOnce, servers.size()); ++i) {
      auto& connection = connections_["greet " + servers[i]->address];
      if (!connection) connection = std::make_unique<Connection>(servers[i]->address, std::nullopt, kGreetDeadline);
      threads.emplace_back([server = servers[i], &connection = *connection] {
        Survive("greet", [&] { *server = Greet(server->address, connection); });
      });
    }
  }
  for (const Server* server : servers) {
    if (server->kind == Server::Kind::kSilent) connections_.erase("greet " + server->address);
  }
}

std::optional<Credentials> LiveCluster::CredentialsFor(const std::string& address) const {
  // Through a router the database "local", where the members' own user lives, is refused.
  if (std::ranges::find(topology_.routers, address) == topology_.routers.end()) {
    return topology_.key.empty() ? std::nullopt : std::optional(SystemCredentials(topology_.key));
  }
  if (!topology_.admin) return std::nullopt;
  return Credentials{topology_.admin->name, topology_.admin->password, "admin", ""};
}

CommandResult LiveCluster::Ask(const std::string& address, const std::string& database, const json::object& command) {
  return AskOn("ask " + address, address, CredentialsFor(address), database, command);
}

CommandResult LiveCluster::AskAs(const Credentials& user, const std::string& address, const json::object& command) {
  return AskOn("as " + user.user + " " + address, address, user, "admin", command);
}

CommandResult LiveCluster::AskOn(const std::string& slot, const std::string& address,
                                 const std::optional<Credentials>& credentials, const std::string& database,
                                 const json::object& command) {
  auto& connection = connections_[slot];
  const bool is_kept = connection != nullptr;
  if (!connection) connection = std::make_unique<Connection>(address, credentials, kReplyDeadline);
  CommandResult reply = connection->Run(database, command);
  if (reply || reply.error().kind == CommandError::Kind::kServer) return reply;
  connections_.erase(slot);
  // The server may have been started again since the last look; steps are safe to repeat.
  return is_kept ? AskOn(slot, address, credentials, database, command) : reply;
}

void LiveCluster::LookAtSet(SetView& set) {
  const Server* asked = PrimaryOf(set);
  if (!asked) {
    const auto secondary = std::ranges::find(set.members, true, &Server::secondary);
    if (secondary == set.members.end()) return;
    asked = &*secondary;
  }
  const auto status = Ask(asked->address, "admin", {{"replSetGetStatus", 1}});
  if (status) set.states = ReadStates(*status);
  const auto config = Ask(asked->address, "admin", {{"replSetGetConfig", 1}});
  if (config && config->contains("config") && config->at("config").is_object()) {
    set.config = config->at("config").get_object();
  } else {
    set.unasked = config ? Why{"its answer holds no configuration"} : WhyNot(config.error());
  }
}

void LiveCluster::LookAtUsers(Observed& observed) {
  const Server* primary = PrimaryOf(observed.home());
  if (!primary || !topology_.admin) return;
  const std::string address = primary->address;
  json::array names{{{"user", topology_.admin->name}, {"db", "admin"}}};
  if (topology_.app) names.push_back({{"user", topology_.app->name}, {"db", "admin"}});
  const auto info = Ask(address, "admin", {{"usersInfo", names}});
  if (!info) {
    observed.users_unasked = WhyNot(info.error());
    return;
  }
  auto users = ReadUsers(*info);
  for (UserView& user : users) {
    const User& wanted = user.name == topology_.admin->name ? *topology_.admin : *topology_.app;
    const auto let_in = AskAs({wanted.name, wanted.password, "admin", ""}, address, {{"ping", 1}});
    user.password_fits = let_in.has_value();
    if (let_in || let_in.error().kind == CommandError::Kind::kRefused) continue;
    observed.users_unasked = WhyNot(let_in.error());
    return;
  }
  observed.users = std::move(users);
}

void LiveCluster::LookAtData(Observed& observed) {
  const Server* asked = WhoTellsOfData(topology_, observed);
  if (!asked) return;
  const std::string address = asked->address;
  auto data = LookThrough(topology_, *asked, [this, address](const std::string& database, const json::object& command) {
    return Ask(address, database, command);
  });
  if (data) {
    observed.data = *std::move(data);
  } else {
    observed.data_unasked = WhyNot(data.error());
    observed.data_unasked.text = address + ": " + observed.data_unasked.text;
    // A router looks users up in the config servers: without their primary that it lets nobody in says little.
    if (!PrimaryOf(observed.home())) observed.data_unasked.refused = false;
  }
}

}  // namespace demo::cluster
