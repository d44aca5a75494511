#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.h"
#include "domain/money.h"

namespace demo {

/// A user as stored. Old records have neither `created_at` nor `schema_version` until the migration gives them both.
struct User {
  std::string user_id;  ///< "user_" and a ULID; the sample data's are "user_1" to "user_5".
  std::string name;
  std::string email;
  std::string country;
  std::optional<UnixMillis> created_at;
  std::optional<int> schema_version;
  bool operator==(const User&) const = default;
};

/// A user with what its orders add up to; derived at each read, never stored.
struct UserSummary {
  User user;
  std::int64_t order_count = 0;
  Money total_spent;
  bool operator==(const UserSummary&) const = default;
};

struct Order {
  std::string order_id;  ///< "order_" and a ULID; the sample data's are "order_1" to "order_4".
  std::string user_id;
  std::string user_name;
  Money amount;
  UnixMillis created_at = 0;
  bool operator==(const Order&) const = default;
};

/// The memory that a record takes, roughly: for request_memory.
inline std::size_t HeldBytes(const UserSummary& summary) {
  const User& user = summary.user;
  return sizeof summary + user.user_id.size() + user.name.size() + user.email.size() + user.country.size();
}
inline std::size_t HeldBytes(const Order& order) {
  return sizeof order + order.order_id.size() + order.user_id.size() + order.user_name.size();
}

struct NewUser {
  std::string name;
  std::string email;
  std::string country;
};

struct NewOrder {
  std::string user_id;
  Money amount;
};

/// An instance of the service that runs on the store.
struct Host {
  std::string pod;
  std::string info;
  bool draining = false;                 ///< It takes no new work and ends soon.
  std::chrono::milliseconds silence{0};  ///< Of a listed one, since it was last renewed.
  bool operator==(const Host&) const = default;
};

}  // namespace demo
