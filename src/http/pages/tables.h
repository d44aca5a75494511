#pragma once

#include <string>

#include "http/pages/page.h"
#include "store/store.h"

namespace demo::http::pages {

/// Adds the rows and the pager of orders.mustache. `next_base` leads to the next page once the cursor is appended;
/// `first` is the address of the first page where this is a later one. Both lead to the table itself. Pure.
struct OrdersTable {
  const Reading<Page<Order>>& orders;
  bool with_user = true;
  std::string next_base;
  std::string first;
};
void AddOrders(Data& data, Language language, const OrdersTable& table);

/// As AddOrders, for the table of users in dashboard.mustache.
struct UsersTable {
  const Reading<Page<UserSummary>>& users;
  std::string next_base;
  std::string first;
};
void AddUsers(Data& data, Language language, const UsersTable& table);

/// `text` as a value in a query or a segment of a path.
std::string PercentEncode(std::string_view text);

std::string UserUrl(const std::string& user_id);

}  // namespace demo::http::pages
