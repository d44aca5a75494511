#include <boost/json/parse.hpp>

#include "cluster/topology.h"
#include "mongo/collections.h"

namespace demo::cluster {

std::vector<Collection> ServiceCollections() {
  std::vector<Collection> collections;
  for (const mongo::Collection& kept : mongo::kCollections) {
    Collection& collection = collections.emplace_back(Collection{std::string(kept.name), {}, {}});
    if (!kept.shard_key.empty()) collection.shard_key[std::string(kept.shard_key)] = "hashed";
    for (const mongo::Index& index : kept.indexes) {
      const auto key = boost::json::parse({index.keys.data(), index.keys.size()}).as_object();
      boost::json::object options;
      if (index.expire_after_seconds > 0) options["expireAfterSeconds"] = index.expire_after_seconds;
      collection.indexes.push_back({std::string(index.name), key, std::move(options)});
    }
  }
  return collections;
}

}  // namespace demo::cluster
