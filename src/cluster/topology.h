#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace demo::cluster {

struct ReplicaSet {
  std::string name;
  std::vector<std::string> members;  ///< "host:port", one to seven, as the members are to know each other.
};

struct User {
  std::string name;
  std::string password_file;
  std::string password;  ///< What the file holds; empty until ReadTopology.
};

struct Index {
  std::string name;
  boost::json::object key;      ///< {"user_id": 1}, in the order of the fields.
  boost::json::object options;  ///< Beside name and key: {"unique": true}, {"expireAfterSeconds": 86400}.
};

struct Collection {
  std::string name;
  boost::json::object shard_key;  ///< {"_id": "hashed"}; empty: stays whole on one shard.
  std::vector<Index> indexes;     ///< Beside the shard key's own.
};

/// What a cluster is to be: a sharded one, or a plain replica set.
struct Topology {
  std::optional<ReplicaSet> config;  ///< The config servers; nothing for a plain replica set.
  std::vector<ReplicaSet> shards;    ///< At least one; for a plain replica set, that one alone.
  std::vector<std::string> routers;  ///< "host:port", at least one where there are config servers.

  std::string key_file;  ///< Empty: the members let anybody in.
  std::string key;       ///< The keyFile's text without its white space; empty until ReadTopology.
  std::optional<User> admin;
  std::optional<User> app;

  std::string database = "demoDB";
  std::vector<Collection> collections;
  int chunks = 12;  ///< Of each collection at its birth, over all shards: 2, 3, 4 and 6 shards divide it evenly.

  [[nodiscard]] bool sharded() const { return config.has_value(); }
  /// The set on which users live: the config servers, or the plain replica set.
  [[nodiscard]] const ReplicaSet& home() const { return config ? *config : shards.front(); }
};

/// The collections that the service keeps, with their shard keys and indexes.
std::vector<Collection> ServiceCollections();

/// A topology as a JSON text; docs/runbook.md describes its members. Reads no other file. Pure.
/// Errors: Invalid, one line that names the member, what it got and what it wants; a member that nobody knows is one.
Result<Topology> ParseTopology(std::string_view text);

/// The topology of the file at `path`, or the built-in one where it is empty, with its key and passwords; their files
/// are relative to its folder.
/// Errors: Invalid, as above or for a file that cannot be read or holds none of what it should; no secret is shown.
Result<Topology> ReadTopology(const std::string& path);

/// The founding cluster by its names in Kubernetes: three config servers, one shard of three, routers behind one name.
std::string_view KubernetesTopology();

}  // namespace demo::cluster
