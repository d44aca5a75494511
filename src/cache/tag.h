#pragma once

#include <cstdint>

namespace demo {

/// What a cached answer was made of, and what a write changes.
enum class Tag : std::uint8_t {
  kUsers,   ///< The set of users, or a field of one.
  kOrders,  ///< The set of orders.
  kHosts,   ///< The set of instances.
  kUser,    ///< One user and its orders: "user:{user_id}", the id from the path or Response::changed_user.
  kAll,     ///< Everything: raised when data is replaced or cleared. Every cached answer depends on it.
};

}  // namespace demo
