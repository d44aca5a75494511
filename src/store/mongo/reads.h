#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "mongo/connection.h"
#include "store/store.h"

namespace demo::mongo {

/// The reads of store.h, with its errors. Those of one user, and of one order, go to one shard; lists and sums to all.
Result<Totals> CountAll(Connection& connection);
Result<Page<UserSummary>> ListUsers(Connection& connection, const PageRequest& page);
Result<Page<Order>> ListOrders(Connection& connection, const PageRequest& page);
Result<Page<Order>> ListOrdersOfUser(Connection& connection, const std::string& user_id, const PageRequest& page);
Result<Order> GetOrder(Connection& connection, const std::string& user_id, const std::string& order_id);
Result<std::int64_t> LoadPosition(Connection& connection, const std::string& load_id);

/// Those of `user_ids` that exist, with their totals: two commands, however many they are.
Result<std::unordered_map<std::string, UserSummary>> FindUsers(Connection& connection,
                                                               std::span<const std::string> user_ids);
/// The names of those that exist: one command.
Result<std::unordered_map<std::string, std::string>> FindNames(Connection& connection,
                                                               std::span<const std::string> user_ids);

}  // namespace demo::mongo
