#include "cluster/read_replies.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/serialize.hpp>

#include "cluster/reply.h"

namespace demo::cluster {
namespace {

namespace json = boost::json;

/// Calls `use` with each element that is an object.
template <typename Use>
void ForEach(const json::array& array, const Use& use) {
  for (const json::value& element : array) {
    if (const auto* object = element.if_object()) use(*object);
  }
}

/// The collection that "demoDB.users" names, nothing for one of another database or that nobody asked for.
CollectionView* Find(std::map<std::string, CollectionView>& collections, std::string_view database,
                     std::string_view full_name) {
  if (!full_name.starts_with(database) || full_name.substr(database.size(), 1) != ".") return nullptr;
  const auto found = collections.find(std::string(full_name.substr(database.size() + 1)));
  return found == collections.end() ? nullptr : &found->second;
}

Server::Kind KindOf(const json::object& hello) {
  if (reply::Text(hello, "msg") == "isdbgrid") return Server::Kind::kRouter;
  if (!reply::Text(hello, "setName").empty()) return Server::Kind::kMember;
  if (reply::Truth(hello, "isreplicaset")) return Server::Kind::kUninitialised;
  return Server::Kind::kStandalone;
}

}  // namespace

Server ReadHello(const std::string& address, const json::object& hello) {
  Server server{.address = address, .kind = KindOf(hello)};
  server.wire_version = static_cast<int>(reply::Int(hello, "maxWireVersion").value_or(0));
  server.set_name = reply::Text(hello, "setName");
  server.calls_itself = reply::Text(hello, "me");
  // A router says that it is a master as well.
  const bool is_member = server.kind == Server::Kind::kMember;
  server.primary = is_member && (reply::Truth(hello, "ismaster") || reply::Truth(hello, "isWritablePrimary"));
  server.secondary = is_member && reply::Truth(hello, "secondary");
  server.arbiter = is_member && reply::Truth(hello, "arbiterOnly");
  for (const json::value& host : reply::Array(hello, "hosts")) {
    if (const auto* text = host.if_string()) server.hosts.emplace_back(*text);
  }
  server.last_write = reply::Date(reply::Object(hello, "lastWrite"), "lastWriteDate");
  return server;
}

std::vector<MemberState> ReadStates(const json::object& status) {
  std::vector<MemberState> states;
  ForEach(reply::Array(status, "members"), [&](const json::object& member) {
    states.push_back({.host = reply::Text(member, "name"),
                      .state = reply::Text(member, "stateStr"),
                      .healthy = reply::Truth(member, "health"),
                      .last_write = reply::Date(member, "optimeDate")});
  });
  return states;
}

std::vector<UserView> ReadUsers(const json::object& info) {
  std::vector<UserView> users;
  ForEach(reply::Array(info, "users"), [&](const json::object& user) {
    UserView& view = users.emplace_back(UserView{.name = reply::Text(user, "user")});
    ForEach(reply::Array(user, "roles"), [&](const json::object& role) {
      view.roles.push_back(fmt::format("{}@{}", reply::Text(role, "role"), reply::Text(role, "db")));
    });
  });
  return users;
}

std::map<std::string, std::string> ReadShards(const json::object& list) {
  std::map<std::string, std::string> shards;
  ForEach(reply::Array(list, "shards"),
          [&](const json::object& shard) { shards[reply::Text(shard, "_id")] = reply::Text(shard, "host"); });
  return shards;
}

bool ReadDatabaseSharded(const json::object& found, std::string_view database) {
  bool sharded = false;
  ForEach(reply::Batch(found), [&](const json::object& row) {
    sharded = sharded || (reply::Text(row, "_id") == database && reply::Truth(row, "partitioned"));
  });
  return sharded;
}

void ReadCollectionNames(const json::object& list, std::map<std::string, CollectionView>& collections) {
  ForEach(reply::Batch(list), [&](const json::object& row) {
    const auto found = collections.find(reply::Text(row, "name"));
    if (found != collections.end()) found->second.exists = true;
  });
}

void ReadSharding(const json::object& collections_reply, const json::object& chunks_reply, std::string_view database,
                  std::map<std::string, CollectionView>& collections) {
  std::map<std::string, CollectionView*> by_uuid;
  ForEach(reply::Batch(collections_reply), [&](const json::object& row) {
    CollectionView* collection = Find(collections, database, reply::Text(row, "_id"));
    if (!collection || reply::Truth(row, "dropped")) return;
    // Since 7.0 some collections stand here without being sharded; those are marked.
    if (reply::Truth(row, "unsplittable")) return;
    collection->shard_key = reply::Plain(reply::Object(row, "key"));
    if (const json::value* uuid = row.if_contains("uuid")) by_uuid[json::serialize(*uuid)] = collection;
  });
  ForEach(reply::Batch(chunks_reply), [&](const json::object& row) {
    const json::object& group = reply::Object(row, "_id");
    CollectionView* collection = Find(collections, database, reply::Text(group, "ns"));
    const json::value* uuid = group.if_contains("uuid");
    if (!collection && uuid) {
      const auto found = by_uuid.find(json::serialize(*uuid));
      if (found != by_uuid.end()) collection = found->second;
    }
    if (collection) collection->parts[reply::Text(group, "shard")].chunks = reply::Int(row, "chunks").value_or(0);
  });
}

void ReadSizes(const json::object& found, CollectionView& collection) {
  ForEach(reply::Batch(found), [&](const json::object& row) {
    Part& part = collection.parts[reply::Text(row, "shard")];
    // Since 6.0 a shard knows which of its documents belong to another by now and are not deleted yet.
    part.documents = reply::Int(row, "count").value_or(0) - reply::Int(row, "orphans").value_or(0);
    part.bytes = reply::Int(row, "bytes").value_or(0);
  });
}

std::vector<json::object> ReadIndexes(const json::object& list) {
  std::vector<json::object> indexes;
  ForEach(reply::Batch(list), [&](const json::object& index) { indexes.push_back(reply::Plain(index)); });
  return indexes;
}

Moves ReadMoves(const json::object& balancer, const json::object& changelog) {
  Moves moves{
      .balancer_on = reply::Text(balancer, "mode") == "full",
      .running = reply::Truth(balancer, "inBalancerRound"),
  };
  ForEach(reply::Batch(changelog), [&](const json::object& change) {
    if (const auto time = reply::Date(change, "time")) moves.ended.push_back(*time);
  });
  std::ranges::sort(moves.ended);
  return moves;
}

bool ReadMajorityByDefault(const json::object& concern) {
  const std::string write = reply::Text(reply::Object(concern, "defaultWriteConcern"), "w");
  const std::string read = reply::Text(reply::Object(concern, "defaultReadConcern"), "level");
  return write == "majority" && read == "majority";
}

}  // namespace demo::cluster
