#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "cluster/observed.h"

namespace demo::cluster {

// From replies, in canonical extended JSON, to what they mean. All pure; a reply that holds nonsense reads as empty.

/// Of isMaster, which every version from 4.0 to 8 answers.
Server ReadHello(const std::string& address, const boost::json::object& reply);
/// Of replSetGetStatus.
std::vector<MemberState> ReadStates(const boost::json::object& reply);
/// Of usersInfo.
std::vector<UserView> ReadUsers(const boost::json::object& reply);
/// Of listShards.
std::map<std::string, std::string> ReadShards(const boost::json::object& reply);
/// Of find on config.databases: whether `database` may have sharded collections.
bool ReadDatabaseSharded(const boost::json::object& reply, std::string_view database);
/// Of listCollections: marks those of `collections` that exist.
void ReadCollectionNames(const boost::json::object& reply, std::map<std::string, CollectionView>& collections);
/// Of find on config.collections and of ChunkCounts() on config.chunks, which names collections by "database.name"
/// before 5.0 and by uuid since.
void ReadSharding(const boost::json::object& collections_reply, const boost::json::object& chunks_reply,
                  std::string_view database, std::map<std::string, CollectionView>& collections);
/// Of CollectionSizes().
void ReadSizes(const boost::json::object& reply, CollectionView& collection);
/// Of listIndexes.
std::vector<boost::json::object> ReadIndexes(const boost::json::object& reply);
/// Of balancerStatus, and of find on config.changelog.
Moves ReadMoves(const boost::json::object& balancer_reply, const boost::json::object& changelog_reply);
/// Of getDefaultRWConcern: whether writes without a concern of their own wait for a majority.
bool ReadMajorityByDefault(const boost::json::object& reply);

}  // namespace demo::cluster
