#include "store/sqlite/reads.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <functional>
#include <limits>
#include <map>
#include <utility>

#include "base/request_memory.h"
#include "store/paging.h"
#include "store/sqlite/queries.h"

namespace demo::sqlite {
namespace {

constexpr std::int64_t kDayMillis = 86'400'000;

std::unexpected<Error> NoSuchUser() { return Fail(ErrorCode::kNotFound, "No such user."); }
std::unexpected<Error> NoSuchOrder() { return Fail(ErrorCode::kNotFound, "No such order."); }

/// The number below which the page begins.
Result<std::int64_t> StartOf(std::string_view list, const PageRequest& page) {
  const auto position = PositionOf(list, page);
  if (!position) return Fail(position.error());
  if (position->empty()) return std::numeric_limits<std::int64_t>::max();
  std::int64_t start = 0;
  if (std::from_chars(position->data(), position->data() + position->size(), start).ec == std::errc()) return start;
  return WrongCursor();
}

/// The page of what was read, with one row more than asked for where another page follows.
template <typename T>
Page<T> Cut(std::vector<T> items, const std::vector<std::int64_t>& seqs, std::string_view list, int limit) {
  std::vector<std::string> positions;
  positions.reserve(seqs.size());
  for (const std::int64_t seq : seqs) positions.push_back(std::to_string(seq));
  return CutPage(std::move(items), positions, list, limit);
}

/// The columns of queries::kUserColumns.
User ReadUser(const Query& row) {
  User user{row.Text(1), row.Text(2), row.Text(3), row.Text(4), std::nullopt, std::nullopt};
  if (!row.IsNull(5)) user.created_at = row.Int(5);
  if (!row.IsNull(6)) user.schema_version = static_cast<int>(row.Int(6));
  return user;
}

/// The columns of queries::kOrderColumns.
Order ReadOrder(const Query& row) {
  return {row.Text(1), row.Text(2), row.Text(3), Money::FromCents(row.Int(4)), row.Int(5)};
}

Result<void> AddTotals(Connection& connection, std::int64_t user_seq, UserSummary& summary) {
  Query query = connection.Prepare(queries::kTotalsOfUser);
  query.Bind(user_seq);
  if (query.Next()) {
    summary.order_count = query.Int(0);
    summary.total_spent = Money::FromCents(query.Int(1));
  }
  return query.Finish();
}

Result<Page<Order>> ReadOrders(Query& query, std::string_view list, int limit) {
  std::vector<Order> orders;
  std::vector<std::int64_t> seqs;
  while (query.Next()) {
    seqs.push_back(query.Int(0));
    orders.push_back(ReadOrder(query));
    if (!request_memory::Take(HeldBytes(orders.back()))) return request_memory::NoRoom();
  }
  if (auto done = query.Finish(); !done) return Fail(done.error());
  return Cut(std::move(orders), seqs, list, limit);
}

std::string DayName(std::int64_t day) {
  const std::chrono::sys_days date{std::chrono::days(day)};
  const std::chrono::year_month_day parts(date);
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(parts.year()), static_cast<unsigned>(parts.month()),
                     static_cast<unsigned>(parts.day()));
}

}  // namespace

Result<Totals> CountAll(Connection& connection) {
  const auto users = connection.QueryInt(queries::kCountUsers);
  if (!users) return Fail(users.error());
  const auto orders = connection.QueryInt(queries::kCountOrders);
  if (!orders) return Fail(orders.error());
  return Totals{*users, *orders, false};
}

Result<Page<UserSummary>> ListUsers(Connection& connection, const PageRequest& page) {
  constexpr std::string_view kList = "users";
  const auto start = StartOf(kList, page);
  if (!start) return Fail(start.error());
  std::vector<UserSummary> users;
  std::vector<std::int64_t> seqs;
  {
    Query query = connection.Prepare(queries::kListUsers);
    query.Bind(*start, std::int64_t{page.limit} + 1);
    while (query.Next()) {
      seqs.push_back(query.Int(0));
      users.push_back({ReadUser(query), 0, Money()});
      if (!request_memory::Take(HeldBytes(users.back()))) return request_memory::NoRoom();
    }
    if (auto done = query.Finish(); !done) return Fail(done.error());
  }
  auto cut = Cut(std::move(users), seqs, kList, page.limit);
  for (std::size_t i = 0; i < cut.items.size(); ++i) {
    if (auto added = AddTotals(connection, seqs[i], cut.items[i]); !added) return Fail(added.error());
  }
  return cut;
}

Result<Page<Order>> ListOrders(Connection& connection, const PageRequest& page) {
  constexpr std::string_view kList = "orders";
  const auto start = StartOf(kList, page);
  if (!start) return Fail(start.error());
  Query query = connection.Prepare(queries::kListOrders);
  query.Bind(*start, std::int64_t{page.limit} + 1);
  return ReadOrders(query, kList, page.limit);
}

Result<Page<Order>> ListOrdersOfUser(Connection& connection, const std::string& user_id, const PageRequest& page) {
  const std::string list = "orders of " + user_id;
  const auto start = StartOf(list, page);
  if (!start) return Fail(start.error());
  const auto user = FindUser(connection, user_id);
  if (!user) return Fail(user.error());
  Query query = connection.Prepare(queries::kListOrdersOfUser);
  query.Bind(user->seq, *start, std::int64_t{page.limit} + 1);
  return ReadOrders(query, list, page.limit);
}

Result<UserSummary> GetUser(Connection& connection, const std::string& user_id) {
  UserSummary summary;
  std::int64_t seq = 0;
  {
    Query query = connection.Prepare(queries::kGetUser);
    query.Bind(user_id);
    const bool found = query.Next();
    if (auto done = query.Finish(); !done) return Fail(done.error());
    if (!found) return NoSuchUser();
    seq = query.Int(0);
    summary.user = ReadUser(query);
  }
  if (auto added = AddTotals(connection, seq, summary); !added) return Fail(added.error());
  return summary;
}

Result<User> UserById(Connection& connection, const std::string& user_id) {
  Query query = connection.Prepare(queries::kGetUser);
  query.Bind(user_id);
  const bool found = query.Next();
  if (auto done = query.Finish(); !done) return Fail(done.error());
  if (!found) return NoSuchUser();
  return ReadUser(query);
}

Result<Order> OrderById(Connection& connection, const std::string& order_id) {
  Query query = connection.Prepare(queries::kGetOrder);
  query.Bind(order_id);
  const bool found = query.Next();
  if (auto done = query.Finish(); !done) return Fail(done.error());
  if (!found) return NoSuchOrder();
  return ReadOrder(query);
}

Result<Order> GetOrder(Connection& connection, const std::string& user_id, const std::string& order_id) {
  auto order = OrderById(connection, order_id);
  if (order && order->user_id != user_id) return NoSuchOrder();
  return order;
}

Result<std::vector<DayOrders>> OrdersByDay(Connection& connection, int days) {
  std::vector<DayOrders> result;
  std::int64_t before = std::numeric_limits<std::int64_t>::max();
  for (int i = 0; i < days; ++i) {
    Query newest = connection.Prepare(queries::kNewestOrderBefore);
    newest.Bind(before);
    const bool any = newest.Next();
    if (auto done = newest.Finish(); !done) return Fail(done.error());
    if (!any) break;
    const auto day = std::chrono::floor<std::chrono::days>(std::chrono::milliseconds(newest.Int(0))).count();
    before = day * kDayMillis;
    Query sums = connection.Prepare(queries::kTotalsOfTime);
    sums.Bind(before, before + kDayMillis);
    if (sums.Next()) result.push_back({DayName(day), sums.Int(0), Money::FromCents(sums.Int(1))});
    if (auto done = sums.Finish(); !done) return Fail(done.error());
  }
  std::ranges::reverse(result);
  return result;
}

Result<std::vector<CountrySpending>> SpendingByCountry(Connection& connection, int limit) {
  std::map<std::string, CountrySpending, std::less<>> by_country;
  Query users = connection.Prepare(queries::kCountryOfUsers);
  Query totals = connection.Prepare(queries::kTotalsOfUsers);
  bool more_totals = totals.Next();
  while (users.Next()) {
    CountrySpending& spending = by_country[users.Text(1)];
    ++spending.users;
    if (!more_totals || totals.Int(0) != users.Int(0)) continue;
    spending.orders += totals.Int(1);
    spending.spent += Money::FromCents(totals.Int(2));
    more_totals = totals.Next();
  }
  if (auto done = users.Finish(); !done) return Fail(done.error());
  if (auto done = totals.Finish(); !done) return Fail(done.error());

  std::vector<CountrySpending> result;
  for (auto& [country, spending] : by_country) {
    spending.country = country;
    result.push_back(std::move(spending));
  }
  std::ranges::stable_sort(result, std::ranges::greater(), &CountrySpending::spent);  // equal ones stay by name
  if (std::cmp_greater(result.size(), std::max(limit, 0))) result.resize(static_cast<std::size_t>(std::max(limit, 0)));
  return result;
}

Result<std::int64_t> LoadPosition(Connection& connection, const std::string& load_id) {
  Query query = connection.Prepare(queries::kLoadPosition);
  query.Bind(load_id);
  const std::int64_t position = query.Next() ? query.Int(0) : 0;
  if (auto done = query.Finish(); !done) return Fail(done.error());
  return position;
}

Result<StoredUser> FindUser(Connection& connection, std::string_view user_id) {
  Query query = connection.Prepare(queries::kFindUser);
  query.Bind(user_id);
  const bool found = query.Next();
  if (auto done = query.Finish(); !done) return Fail(done.error());
  if (!found) return NoSuchUser();
  return StoredUser{query.Int(0), query.Text(1), query.Text(2)};
}

}  // namespace demo::sqlite
