#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <boost/json/serialize.hpp>

#include "cluster/planning.h"
#include "cluster/reply.h"

namespace demo::cluster {
namespace {

namespace json = boost::json;
using Kind = Server::Kind;

void AddToData(Planning& planning, std::string text, json::object command, std::string database,
               std::function<void(DataView&)> effect) {
  planning.Add({std::move(text), planning.seen.data->asked, std::move(database), std::move(command),
                [effect = std::move(effect)](Observed& observed) { effect(*observed.data); }});
}

/// {"unique": true} and {"unique": 1} say the same to a server.
bool SameOptions(const Index& wanted, const json::object& seen) {
  return std::ranges::all_of(wanted.options, [&](const auto& option) {
    const json::value* value = seen.if_contains(option.key());
    return value && (option.value().is_bool() ? reply::Truth(seen, option.key()) == option.value().get_bool()
                                              : *value == option.value());
  });
}

bool SameKey(const json::object& a, const json::object& b) { return reply::KeyText(a) == reply::KeyText(b); }

const json::object* FindIndex(const CollectionView& view, const json::object& key) {
  const auto found = std::ranges::find_if(
      view.indexes, [&](const json::object& index) { return SameKey(reply::Object(index, "key"), key); });
  return found == view.indexes.end() ? nullptr : &*found;
}

void CreateIndex(const Collection& collection, const Index& index, Planning& planning) {
  json::object document{{"name", index.name}, {"key", index.key}};
  for (const auto& [name, value] : index.options) document[name] = value;
  AddToData(planning,
            fmt::format("{}.{}: build the index {} ({})", planning.wanted.database, collection.name, index.name,
                        reply::KeyText(index.key)),
            {{"createIndexes", collection.name}, {"indexes", json::array{document}}}, planning.wanted.database,
            [name = collection.name, document](DataView& data) {
              data.collections[name].exists = true;
              data.collections[name].indexes.push_back(document);
            });
}

/// True when all its indexes are there.
bool PlanIndexes(const Collection& collection, const CollectionView& view, Planning& planning) {
  for (const Index& index : collection.indexes) {
    const json::object* found = FindIndex(view, index.key);
    if (!found) {
      CreateIndex(collection, index, planning);
      return false;
    }
    if (SameOptions(index, *found)) continue;
    planning.AddStuck(fmt::format(
        "{}.{}: the index on {} is there with other options than {}; nothing is dropped here: "
        "drop it by hand, and it is built again",
        planning.wanted.database, collection.name, reply::KeyText(index.key), json::serialize(index.options)));
    return false;
  }
  return true;
}

void ShardCollection(const Collection& collection, const CollectionView& view, Planning& planning) {
  const std::string full_name = planning.wanted.database + "." + collection.name;
  json::object command{{"shardCollection", full_name}, {"key", collection.shard_key}};
  const bool is_hashed = std::ranges::any_of(collection.shard_key, [](const auto& f) { return f.value() == "hashed"; });
  // Taken for an empty collection on a hashed key only. Since 6.0 a shard may hold all it has as one chunk, and data is
  // spread by size.
  if (is_hashed && view.documents() == 0 && planning.seen.data->wire_version < kWireVersion60) {
    command["numInitialChunks"] =
        std::max<std::int64_t>(planning.wanted.chunks, std::int64_t(planning.wanted.shards.size()));
  }
  AddToData(planning, fmt::format("{}: shard on {}", full_name, reply::KeyText(collection.shard_key)),
            std::move(command), "admin", [name = collection.name, key = collection.shard_key](DataView& data) {
              CollectionView& after = data.collections[name];
              after.exists = true;
              after.shard_key = key;
              after.indexes.push_back({{"key", key}});
            });
}

/// True when it is sharded as wanted.
bool PlanSharding(const Collection& collection, const CollectionView& view, Planning& planning) {
  const std::string full_name = planning.wanted.database + "." + collection.name;
  if (view.shard_key) {
    if (SameKey(*view.shard_key, collection.shard_key)) return true;
    planning.AddStuck(fmt::format("{}: sharded on {}, and the topology wants {}; a shard key is not changed here",
                                  full_name, reply::KeyText(*view.shard_key), reply::KeyText(collection.shard_key)));
    return false;
  }
  // An empty collection gets the index with its sharding.
  if (view.documents() > 0 && !FindIndex(view, collection.shard_key)) {
    std::string name;
    for (const auto& [field, direction] : collection.shard_key) {
      name += fmt::format("{}{}_{}", name.empty() ? "" : "_", std::string_view(field.data(), field.size()),
                          direction.is_string() ? "hashed" : "1");
    }
    CreateIndex(collection, {name, collection.shard_key, {}}, planning);
    return false;
  }
  ShardCollection(collection, view, planning);
  return false;
}

}  // namespace

bool PlanRouters(Planning& planning) {
  for (const Server& router : planning.seen.routers) {
    if (router.kind == Kind::kSilent || router.kind == Kind::kRouter) continue;
    planning.AddStuck(fmt::format("routers: {} is no router (mongos)", router.address));
    return false;
  }
  if (planning.seen.data) return true;
  std::vector<std::string> silent;
  for (const Server& router : planning.seen.routers) {
    if (router.kind == Kind::kSilent) silent.push_back(fmt::format("{} ({})", router.address, router.error));
  }
  const bool none_answers = silent.size() == planning.seen.routers.size();
  planning.AddWait(none_answers ? fmt::format("no router answers yet: {}", fmt::join(silent, ", "))
                                : fmt::format("no router can be asked yet: {}", planning.seen.data_unasked.text),
                   [](Observed& observed) {
                     observed.routers.front().kind = Kind::kRouter;
                     observed.data =
                         DataView{.asked = observed.routers.front().address, .wire_version = kOldestWireVersion};
                     observed.data->moves.balancer_on = true;
                   });
  return false;
}

bool PlanShards(const std::vector<bool>& set_ready, Planning& planning) {
  bool complete = true;
  for (std::size_t i = 0; i < planning.wanted.shards.size(); ++i) {
    const ReplicaSet& set = planning.wanted.shards[i];
    const auto found = planning.seen.data->shards.find(set.name);
    if (found != planning.seen.data->shards.end()) {
      if (found->second.starts_with(set.name + "/")) continue;
      planning.AddStuck(fmt::format("{}: the cluster has another shard of this name: {}", set.name, found->second));
      return false;
    }
    complete = false;
    if (!set_ready[i]) continue;  // What it waits for is planned already.
    const std::string seeds = fmt::format("{}/{}", set.name, fmt::join(set.members, ","));
    AddToData(planning, fmt::format("{}: add it as a shard", set.name), {{"addShard", seeds}, {"name", set.name}},
              "admin", [name = set.name, seeds](DataView& data) { data.shards[name] = seeds; });
  }
  // Collections are spread over all shards at their birth, which is cheaper than to move chunks later.
  return complete;
}

bool PlanCollections(Planning& planning) {
  const Topology& wanted = planning.wanted;
  if (!planning.seen.data) {
    planning.AddWait(
        fmt::format("{}: cannot ask for its collections: {}", wanted.home().name, planning.seen.data_unasked.text),
        [](Observed& observed) {
          observed.data = DataView{.asked = PrimaryOf(observed.home())->address, .wire_version = kOldestWireVersion};
          observed.data->moves.balancer_on = true;
        });
    return false;
  }
  const DataView& data = *planning.seen.data;
  // Since 6.0 every database may have sharded collections.
  if (wanted.sharded() && !data.database_sharded && planning.seen.data->wire_version < kWireVersion60) {
    AddToData(planning, fmt::format("{}: enable sharding", wanted.database), {{"enableSharding", wanted.database}},
              "admin", [](DataView& after) { after.database_sharded = true; });
    return false;
  }
  for (const Collection& collection : wanted.collections) {
    const auto found = data.collections.find(collection.name);
    const CollectionView view = found == data.collections.end() ? CollectionView{} : found->second;
    if (wanted.sharded() && !collection.shard_key.empty() && !PlanSharding(collection, view, planning)) return false;
    if (!PlanIndexes(collection, view, planning)) return false;
  }
  return true;
}

void PlanDefaults(Planning& planning) {
  const DataView& data = *planning.seen.data;
  if (!data.majority_by_default.value_or(true)) {
    AddToData(planning, "default concerns: reads and writes by majority",
              {{"setDefaultRWConcern", 1},
               {"defaultReadConcern", {{"level", "majority"}}},
               {"defaultWriteConcern", {{"w", "majority"}, {"wtimeout", 0}}}},
              "admin", [](DataView& after) { after.majority_by_default = true; });
  }
  if (planning.wanted.sharded() && !data.moves.balancer_on) {
    AddToData(planning, "balancer: start it", {{"balancerStart", 1}}, "admin",
              [](DataView& after) { after.moves.balancer_on = true; });
  }
}

}  // namespace demo::cluster
