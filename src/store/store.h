#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/shared_register.h"
#include "domain/model.h"

namespace demo {

/// Names one request of a client, so that the store does it once however often it arrives.
///
/// The first operation with a `key` is recorded for at least 24 h, through restarts and for all processes on the store.
/// The same key with the same fingerprint changes nothing and gives the first answer, also at the same time; Conflict
/// when what it added was cleared since, because a record names nobody. With another fingerprint it is Invalid, with
/// the field "Idempotency-Key". An operation that fails is not recorded. An empty key asks for none of this.
struct IdempotencyKey {
  std::string key;
  std::string fingerprint;  ///< What was asked: method, path, members. Backends keep a digest (request_record.h).
};

inline constexpr int kMostInPage = 1000;

/// A page of a list, newest first, by key: a page costs the same wherever it lies.
struct PageRequest {
  int limit = 100;     ///< 1 to kMostInPage.
  std::string cursor;  ///< Empty for the first page, else the `next_cursor` of the page before.
};

template <typename T>
struct Page {
  std::vector<T> items;
  std::string next_cursor;  ///< Empty on the last page; else made of [A-Za-z0-9_-].
};

struct Totals {
  std::int64_t users = 0;
  std::int64_t orders = 0;
  bool estimated = false;  ///< True where the backend counts by its metadata.
  bool operator==(const Totals&) const = default;
};

struct DayOrders {
  std::string day;  ///< UTC, "2026-11-23".
  std::int64_t orders = 0;
  Money revenue;
  bool operator==(const DayOrders&) const = default;
};

struct CountrySpending {
  std::string country;
  std::int64_t users = 0;
  std::int64_t orders = 0;
  Money spent;
  bool operator==(const CountrySpending&) const = default;
};

/// What the store really is, read from it and never from configuration. What could not be learned now (a server does
/// not answer, or does not tell this user) is absent.
struct Topology {
  enum class Mode { kEmbedded, kReplication, kSharding };
  enum class Role { kPrimary, kSecondary, kArbiter, kStarting, kDown, kUnknown };

  struct Member {
    std::string name;  ///< "mongo-0.mongo:27017".
    Role role = Role::kUnknown;
    std::optional<std::chrono::milliseconds> lag;  ///< Of a secondary, behind the primary.
  };
  struct ReplicaSet {
    std::string name;
    std::vector<Member> members;
  };
  /// What a shard holds of one collection.
  struct Part {
    std::string collection;
    std::optional<std::int64_t> chunks;     ///< Absent also where the collection is not sharded.
    std::optional<std::int64_t> documents;  ///< By metadata: while chunks move, some count twice.
  };
  struct Shard {
    std::string name;
    ReplicaSet set;
    std::vector<Part> parts;  ///< Users, then orders.
  };
  struct Router {
    std::string name;
    std::string version;
    std::optional<std::chrono::milliseconds> silence;  ///< Since it last told the config servers that it lives.
    std::optional<bool> answers = {};                  ///< This instance; absent where it knows no way to that router.
  };
  struct Balancer {
    bool on = false;
    bool working = false;  ///< Moves chunks now, or looks whether it has to.
  };

  Mode mode = Mode::kEmbedded;
  std::string connected_to;  ///< "sqlite", "mongod" or "mongos".
  std::string version;       ///< Of the backend: "SQLite 3.40.1".
  int shards = 0;
  std::string location;  ///< For the embedded store, its file; else the server that answered.
  std::int64_t bytes = 0;

  std::optional<ReplicaSet> replica_set{};  ///< With Mode::kReplication.
  /// When the shards' parts were counted, by this process' clock; 0: not yet. They are counted while every shard has a
  /// primary, and kept otherwise.
  UnixMillis counted_at = 0;
  // With Mode::kSharding.
  std::optional<std::vector<Shard>> shard_list{};
  std::optional<ReplicaSet> config_servers{};
  std::optional<std::vector<Router>> routers{};  ///< Those that gave a sign of life within the last minutes.
  std::optional<Balancer> balancer{};
};

/// A part of a bulk load. Records whose id exists already are left as they are, so a part may be given twice.
struct BulkPart {
  std::span<const User> users;
  std::span<const Order> orders;  ///< `user_name` is not stored; each `user_id` must exist or be in `users`.
  std::string load_id;            ///< Which load this is a part of.
  std::int64_t position = 0;      ///< What LoadPosition(load_id) returns once this part is stored; same commit.
};

/// Users, orders, instances, and the answers already given. This is the contract that every backend keeps and that
/// `conformance/` tests.
///
/// All methods are thread-safe and block for at most the backend's deadline. What a write acknowledged survives a kill
/// of the process and a loss of power (instances need not: they die with it), and is seen by every read that starts
/// after. A write that ends in Unavailable or
/// Timeout has an unknown outcome; the same IdempotencyKey settles it. Any method may fail with Unavailable, Timeout or
/// Internal; the comments name the other errors.
class Store {
 public:
  virtual ~Store() = default;

  /// A bounded real look at the backend, for /readyz.
  virtual Result<void> Ping() = 0;
  virtual Result<Topology> DescribeTopology() = 0;

  virtual Result<Totals> CountAll() = 0;
  /// Errors: Invalid (limit, cursor).
  virtual Result<Page<UserSummary>> ListUsers(const PageRequest& page) = 0;
  virtual Result<Page<Order>> ListOrders(const PageRequest& page) = 0;
  /// Errors: NotFound (no such user), Invalid (limit, cursor).
  virtual Result<Page<Order>> ListOrdersOfUser(const std::string& user_id, const PageRequest& page) = 0;
  /// Errors: NotFound.
  virtual Result<UserSummary> GetUser(const std::string& user_id) = 0;
  virtual Result<Order> GetOrder(const std::string& user_id, const std::string& order_id) = 0;

  /// The days that have orders, ascending, the last `days` of them at most.
  virtual Result<std::vector<DayOrders>> OrdersByDay(int days) = 0;
  /// Every country that has users, descending by spending and then by name, `limit` at most.
  virtual Result<std::vector<CountrySpending>> SpendingByCountry(int limit) = 0;

  /// The user as first stored: with `created_at` and `schema_version` 1.
  virtual Result<User> AddUser(const NewUser& user, const IdempotencyKey& key) = 0;
  /// Errors: NotFound (no such user).
  virtual Result<Order> PlaceOrder(const NewOrder& order, const IdempotencyKey& key) = 0;
  /// As PlaceOrder, for a user picked evenly at random without reading all of them. Errors: NotFound (no user at all).
  virtual Result<Order> PlaceOrderForRandomUser(Money amount, const IdempotencyKey& key) = 0;

  /// Gives every user without `created_at` the present time and schema_version 1; returns how many.
  virtual Result<std::int64_t> MigrateUsers(const IdempotencyKey& key) = 0;
  /// Replaces all users and orders by these, or changes nothing; a backend without transactions may show old and new
  /// together after Unavailable or Timeout, every order with its user. The orders' `user_name` is not stored.
  /// The last of each are the newest. Errors: NotFound (an order of a user that is not among them).
  virtual Result<void> ReplaceAll(std::span<const User> users, std::span<const Order> orders,
                                  const IdempotencyKey& key) = 0;
  /// Removes all users and orders, as a ReplaceAll by nothing, and what names them; recorded keys and instances stay.
  virtual Result<void> ClearAll(const IdempotencyKey& key) = 0;
  /// Records the key of a request that changes no data here. True the first time, false ever after.
  virtual Result<bool> RecordRequest(const IdempotencyKey& key) = 0;

  /// Stores the whole part or nothing of it; a backend without transactions may have stored some of it after
  /// Unavailable or Timeout, and does the rest when it is given again. Errors: NotFound (an order of an unknown user).
  virtual Result<void> LoadPart(const BulkPart& part) = 0;
  /// How far the load came; 0 when it never began. ClearAll and ReplaceAll set every load back to 0.
  virtual Result<std::int64_t> LoadPosition(const std::string& load_id) = 0;

  /// Registers an instance or renews it; it is gone when not renewed for `lifetime`, which no setting of the wall clock
  /// stretches or cuts where the backend can help it. True when the set is not what it was after the renewal before:
  /// `host` is new or says something new, or another has gone. A backend that proves an instance dead may forget it
  /// sooner: the embedded store does so with all others when it is opened.
  virtual Result<bool> RenewHost(const Host& host, std::chrono::seconds lifetime) = 0;
  virtual Result<void> RemoveHost(const std::string& pod) = 0;
  /// The instances whose lifetime has not passed, by name, with their `silence`: by the store's clock and the steady
  /// clock of this process, never by the wall clocks of two instances.
  virtual Result<std::vector<Host>> ListHosts() = 0;

  /// Where the processes on this store agree about their shared cache (docs/adr/0007). Lives as long as the store. Null
  /// where one process holds the whole store: it has nobody to agree with.
  virtual SharedRegister* shared_register() { return nullptr; }
};

}  // namespace demo
