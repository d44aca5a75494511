#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mongo/document.h"
#include "store/mongo/member_roles.h"
#include "store/store.h"

/// What servers answer about themselves, as a Topology's parts. All pure: recorded replies are read by the tests as
/// live ones are by TopologyReader.
namespace demo::mongo {

/// Of a member's replSetGetStatus: roles, and each secondary's lag behind the primary.
Topology::ReplicaSet FromStatus(const View& status);
/// Of its isMaster or hello, for a user who may not ask for more: the primary, and that the others are there.
Topology::ReplicaSet FromHello(const View& hello);

/// What the member at `name` says of itself in its isMaster or hello.
MemberAnswer ToAnswer(const std::string& name, const View& hello);

/// "rs-shard/a:1,b:2" with unknown roles.
Topology::ReplicaSet FromSeeds(std::string_view seeds);
/// Gives `set` the roles that a router's connPoolStats has of its members. They are what the router saw last, some
/// seconds ago at most.
void AddRoles(const View& pool_stats, Topology::ReplicaSet& set);

/// Of a router's listShards, by name, each with an empty part for every one of `collections`.
std::vector<Topology::Shard> FromShards(const View& list_shards, std::span<const std::string_view> collections);
/// Adds the rows of config.chunks, counted by shard and collection: {_id: {shard, ns} or {shard, uuid}, n}. Since 5.0
/// chunks name their collection by uuid, and `collections`, the documents of config.collections, by both.
void AddChunks(std::span<const Document> counts, std::span<const Document> collections, std::string_view database,
               std::vector<Topology::Shard>& shards);
/// Adds what $collStats says of `collection`: {shard, count, orphans}. The last, documents that belong to another shard
/// by now and are not deleted yet, are known since 6.0 and do not count; older servers count them.
void AddDocuments(std::span<const Document> stats, std::string_view collection, std::vector<Topology::Shard>& shards);

/// Of config.mongos: those that gave a sign of life within five minutes before `now`, by name.
std::vector<Topology::Router> FromRouters(std::span<const Document> routers, UnixMillis now);
Topology::Balancer FromBalancer(const View& status);

}  // namespace demo::mongo
