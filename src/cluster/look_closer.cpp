#include <fmt/format.h>

#include <set>
#include <thread>

#include "base/faults.h"
#include "cluster/live_cluster.h"
#include "cluster/read_replies.h"
#include "cluster/reply.h"
#include "mongo/handles.h"

namespace demo::cluster {
namespace {

namespace json = boost::json;

constexpr std::chrono::milliseconds kDeadline{3000};
// An address that spreads connections evenly over two servers hides one of them from all of these once in eight times.
constexpr int kConnections = 4;

/// The router that `uri` names with directConnection, empty where it names none.
std::string DirectRouter(const std::string& uri) {
  const mongo::UriHandle parsed(uri.empty() ? nullptr : mongoc_uri_new(uri.c_str()));
  if (!parsed || !mongoc_uri_get_option_as_bool(parsed.get(), MONGOC_URI_DIRECTCONNECTION, false)) return "";
  const mongoc_host_list_t* host = mongoc_uri_get_hosts(parsed.get());
  if (!host) return "";
  const auto reply = Connection(host->host_and_port, std::nullopt, kDeadline).Run("admin", {{"isMaster", 1}});
  return reply && ReadHello("", *reply).kind == Server::Kind::kRouter ? host->host_and_port : "";
}

}  // namespace

std::string LiveCluster::WhoIs(const std::string& address) const {
  Connection connection(address, CredentialsFor(address), kDeadline);
  const json::object command{{"serverStatus", 1}, {"metrics", 0}, {"wiredTiger", 0}, {"locks", 0}, {"tcmalloc", 0}};
  const auto status = connection.Run("admin", command);
  if (!status) return "";
  const auto hello = connection.Run("admin", {{"isMaster", 1}});
  return fmt::format("{}, process {}{}", reply::Text(*status, "host"), reply::Int(*status, "pid").value_or(0),
                     hello && ReadHello(address, *hello).primary ? ", primary" : "");
}

void LiveCluster::LookCloser(const std::string& uri, Observed& observed) {
  std::map<std::string, std::set<std::string>> behind;
  const auto add = [&](const SetView& set) {
    for (const Server& member : set.members) {
      if (member.kind != Server::Kind::kSilent) behind[member.address];
    }
  };
  if (observed.config) add(*observed.config);
  for (const SetView& set : observed.shards) add(set);
  {
    std::vector<std::jthread> threads;
    for (auto& [address, servers] : behind) {
      threads.emplace_back([this, &address, &servers] {
        Survive("look", [&] {
          for (int i = 0; i < kConnections; ++i) {
            if (std::string who = WhoIs(address); !who.empty()) servers.insert(std::move(who));
          }
        });
      });
    }
  }
  std::erase_if(behind, [](const auto& entry) { return entry.second.size() < 2; });
  observed.shared_addresses = std::move(behind);
  observed.direct_router = DirectRouter(uri);
}

}  // namespace demo::cluster
