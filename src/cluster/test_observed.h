#pragma once

#include <string>
#include <vector>

#include "cluster/observed.h"
#include "cluster/topology.h"

namespace demo::cluster {

// Topologies and observations that the tests of the plan and of the findings start from.

/// Config servers c1 to c3, `shards` shards of three ("s1": s1-1 …), two routers, an admin and an app user.
inline Topology TestTopology(int shards = 1) {
  Topology topology;
  topology.config = ReplicaSet{"cfg", {"c1:1", "c2:1", "c3:1"}};
  for (int i = 1; i <= shards; ++i) {
    const std::string name = "s" + std::to_string(i);
    topology.shards.push_back({name, {name + "-1:1", name + "-2:1", name + "-3:1"}});
  }
  topology.routers = {"r1:1", "r2:1"};
  topology.admin = User{"admin", "admin.password", "secret-of-admin"};
  topology.app = User{"demo", "app.password", "secret-of-app"};
  topology.collections = ServiceCollections();
  return topology;
}

/// The same servers' plain replica set.
inline Topology TestReplicaSet() {
  Topology topology = TestTopology();
  topology.config.reset();
  topology.routers.clear();
  return topology;
}

inline Server SilentServer(const std::string& address) { return {.address = address, .error = "connection refused"}; }

inline Server TestServer(const std::string& address, Server::Kind kind, int wire_version = 7) {
  return {.address = address, .kind = kind, .wire_version = wire_version};
}

inline SetView TestSet(const ReplicaSet& set, Server::Kind kind) {
  SetView view{.name = set.name};
  for (const std::string& address : set.members) {
    view.members.push_back(TestServer(address, kind));
    view.members.back().error = kind == Server::Kind::kSilent ? "connection refused" : "";
  }
  return view;
}

/// Every server was started a moment ago and knows nothing; no router answers before its config servers do.
inline Observed JustStarted(const Topology& topology) {
  Observed observed;
  if (topology.config) observed.config = TestSet(*topology.config, Server::Kind::kUninitialised);
  for (const ReplicaSet& set : topology.shards) observed.shards.push_back(TestSet(set, Server::Kind::kUninitialised));
  for (const std::string& address : topology.routers) observed.routers.push_back(SilentServer(address));
  return observed;
}

}  // namespace demo::cluster
