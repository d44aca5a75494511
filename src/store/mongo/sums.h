#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mongo/connection.h"
#include "store/store.h"

namespace demo::mongo {

struct Sum {
  std::int64_t orders = 0;
  Money spent;
};

using Sums = std::map<std::string, Sum, std::less<>>;

/// What the orders of each of `user_ids` add up to; who has none is absent. One command and one index scan that reads
/// no document: the index orders_of_user holds all that is asked for. Where an amount is no decimal, a second command
/// reads each order.
Result<Sums> SumOrders(Connection& connection, std::span<const std::string> user_ids);

/// The reads of store.h of the same names.
Result<std::vector<DayOrders>> OrdersByDay(Connection& connection, int days);
/// Holds the sums of a batch of users at a time, however many there are.
Result<std::vector<CountrySpending>> SpendingByCountry(Connection& connection, int limit);

/// {field: {$in: ids}}.
Document IsOneOf(std::string_view field, std::span<const std::string> ids);

}  // namespace demo::mongo
