#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "store/sqlite/connection.h"
#include "store/store.h"

namespace demo::sqlite {

/// The reads of store.h, with its errors, on the snapshot that `connection` holds.
Result<Totals> CountAll(Connection& connection);
Result<Page<UserSummary>> ListUsers(Connection& connection, const PageRequest& page);
Result<Page<Order>> ListOrders(Connection& connection, const PageRequest& page);
Result<Page<Order>> ListOrdersOfUser(Connection& connection, const std::string& user_id, const PageRequest& page);
Result<UserSummary> GetUser(Connection& connection, const std::string& user_id);
Result<Order> GetOrder(Connection& connection, const std::string& user_id, const std::string& order_id);
Result<std::vector<DayOrders>> OrdersByDay(Connection& connection, int days);
Result<std::vector<CountrySpending>> SpendingByCountry(Connection& connection, int limit);
Result<std::int64_t> LoadPosition(Connection& connection, const std::string& load_id);

/// One record by its id alone. Errors: NotFound.
Result<User> UserById(Connection& connection, const std::string& user_id);
Result<Order> OrderById(Connection& connection, const std::string& order_id);

/// A user that the writing operations refer to by its number.
struct StoredUser {
  std::int64_t seq = 0;
  std::string user_id;
  std::string name;
};
/// Errors: NotFound.
Result<StoredUser> FindUser(Connection& connection, std::string_view user_id);

}  // namespace demo::sqlite
