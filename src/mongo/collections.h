#pragma once

#include <array>
#include <span>
#include <string_view>

/// What is stored, as data: the store makes its indexes from this, `cluster apply` its sharded collections as well.
///
/// users    {_id: user_id, seq, name, email, country, created_at?, schema_version?, migration?}
/// orders   {_id: order_id, user_id, seq, amount: Decimal128, created_at}
/// hosts    {_id: pod, info, draining?, lifetime_ms, seen}
/// requests {_id: key, fingerprint?, kind, at, answer?, ended?}
/// loads    {_id: load_id, position}
/// shared   {_id: "register", version, text}
///
/// `seq` is a ULID made at insertion: lists are sorted and paged by it.
namespace demo::mongo {

inline constexpr std::string_view kUsers = "users";
inline constexpr std::string_view kOrders = "orders";
inline constexpr std::string_view kHosts = "hosts";
inline constexpr std::string_view kRequests = "requests";
inline constexpr std::string_view kLoads = "loads";
inline constexpr std::string_view kShared = "shared";

/// Databases that are MongoDB's own: nobody else's data belong there, and a router keeps no sharded ones in them.
constexpr bool IsMongosOwn(std::string_view database) {
  return database == "admin" || database == "config" || database == "local";
}

struct Index {
  std::string_view name;
  std::string_view keys;         ///< As JSON: {"user_id":1,"seq":-1}.
  int expire_after_seconds = 0;  ///< Above 0: documents whose date is older are removed.
};

struct Collection {
  std::string_view name;
  std::string_view shard_key;  ///< The field that is hashed; empty: stays on the database's primary shard.
  std::span<const Index> indexes;
};

inline constexpr std::string_view kUsersBySeq = "users_by_seq";
inline constexpr std::string_view kOrdersOfUser = "orders_of_user";
inline constexpr std::string_view kOrdersBySeq = "orders_by_seq";
inline constexpr std::string_view kOrdersByTime = "orders_by_time";

inline constexpr std::array kUserIndexes = {Index{kUsersBySeq, R"({"seq":-1})"}};
inline constexpr std::array kOrderIndexes = {
    // Covers a user's totals and pages its orders; holds the shard key, so that what a migration left behind is
    // filtered
    // without looking at the document.
    Index{kOrdersOfUser, R"({"user_id":1,"seq":-1,"amount":1})"},
    Index{kOrdersBySeq, R"({"seq":-1})"},
    // Covers the sums of days, with the shard key for the same reason.
    Index{kOrdersByTime, R"({"created_at":1,"amount":1,"user_id":1})"},
};
// The promise is 24 h; the two more keep it when a wall clock, by which records must be dated, is set by an hour.
inline constexpr std::array kRequestIndexes = {Index{"requests_by_age", R"({"at":1})", 26 * 3600}};

inline constexpr std::array kCollections = {
    // Hashed on _id, because an _id is unique across shards only where it is the shard key.
    Collection{kUsers, "_id", kUserIndexes},
    // A user's orders are one shard's.
    Collection{kOrders, "user_id", kOrderIndexes},
    Collection{kHosts, "_id", {}},
    Collection{kRequests, "_id", kRequestIndexes},
    Collection{kLoads, "", {}},
    Collection{kShared, "", {}},
};

}  // namespace demo::mongo
