#pragma once

#include <span>
#include <string>
#include <variant>
#include <vector>

#include "store/sqlite/connection.h"
#include "store/store.h"

namespace demo::sqlite {

/// The result of a write that has none, as a value.
using Nothing = std::monostate;

/// A BulkPart that owns its records, for the writing thread.
struct OwnedPart {
  std::vector<User> users;
  std::vector<Order> orders;
  std::string load_id;
  std::int64_t position = 0;
};

/// The writes of store.h, with its errors, in the transaction that `connection` is in.
Result<User> AddUser(Connection& connection, const NewUser& user);
Result<Order> PlaceOrder(Connection& connection, const NewOrder& order);
Result<Order> PlaceOrderForRandomUser(Connection& connection, Money amount);
Result<std::int64_t> MigrateUsers(Connection& connection);
Result<Nothing> ReplaceAll(Connection& connection, std::span<const User> users, std::span<const Order> orders);
Result<Nothing> ClearAll(Connection& connection);
Result<Nothing> LoadPart(Connection& connection, const OwnedPart& part);

}  // namespace demo::sqlite
