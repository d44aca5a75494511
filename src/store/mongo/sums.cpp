#include "store/mongo/sums.h"

#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <utility>

#include "mongo/collections.h"

namespace demo::mongo {
namespace {

constexpr UnixMillis kDay = 86'400'000;
constexpr std::int64_t kUsersAtOnce = 5000;

UnixMillis StartOfDay(UnixMillis time) {
  return std::chrono::floor<std::chrono::days>(std::chrono::milliseconds(time)).count() * kDay;
}

Document GroupOf(const Document& id) {
  Document group;
  group.AddAll(id).Add("orders", Doc("$sum", std::int32_t{1})).Add("spent", Doc("$sum", "$amount"));
  return Doc("$group", group);
}

/// The time of the newest order before `before`, or of all.
Result<std::optional<UnixMillis>> NewestOrder(Connection& connection, std::optional<UnixMillis> before) {
  Document filter;
  if (before) filter.Add("created_at", Doc("$lt", Date{*before}));
  Document options;
  options.Add("sort", Doc("created_at", std::int32_t{-1})).Add("hint", kOrdersByTime);
  options.Add("projection", Doc("created_at", std::int32_t{1}));
  const auto found = connection.FindOne(kOrders, filter, options);
  if (!found) return Fail(found.error());
  return *found ? (*found)->view().FindDate("created_at") : std::nullopt;
}

/// The days from `from` to before `end` (which may be left out) that have orders, descending.
Result<std::vector<DayOrders>> SumDays(Connection& connection, UnixMillis from, std::optional<UnixMillis> end) {
  Document range = Doc("$gte", Date{from});
  if (end) range.Add("$lt", Date{*end});
  Document day;
  day.Add("format", "%Y-%m-%d").Add("date", "$created_at");
  const Document pipeline[] = {Doc("$match", Doc("created_at", range)), GroupOf(Doc("_id", Doc("$dateToString", day))),
                               Doc("$sort", Doc("_id", std::int32_t{-1}))};
  std::vector<DayOrders> days;
  Cursor cursor = connection.Aggregate(kOrders, pipeline, Doc("hint", kOrdersByTime));
  while (const auto row = cursor.Next()) {
    days.push_back({row->Text("_id"), row->Int("orders"), row->FindMoney("spent").value_or(Money())});
  }
  if (auto done = cursor.Finish(); !done) return Fail(done.error());
  return days;
}

struct UserCountry {
  std::string user_id;
  std::string country;
};

/// The users after `last` by id, a batch of them at most.
Result<std::vector<UserCountry>> CountriesAfter(Connection& connection, const std::string& last) {
  Document filter;
  if (!last.empty()) filter.Add("_id", Doc("$gt", last));
  Document options;
  options.Add("sort", Doc("_id", std::int32_t{1})).Add("limit", kUsersAtOnce);
  options.Add("projection", Doc("country", std::int32_t{1}));
  const auto found = connection.FindBatch(kUsers, kUsersAtOnce, filter, options);
  if (!found) return Fail(found.error());
  std::vector<UserCountry> users;
  for (const View& document : found->documents) users.push_back({document.Text("_id"), document.Text("country")});
  return users;
}

using Countries = std::map<std::string, CountrySpending, std::less<>>;

Result<void> AddSpending(Connection& connection, const std::vector<UserCountry>& users, Countries& countries) {
  std::vector<std::string> ids;
  ids.reserve(users.size());
  for (const UserCountry& user : users) ids.push_back(user.user_id);
  const auto sums = SumOrders(connection, ids);
  if (!sums) return Fail(sums.error());
  for (const UserCountry& user : users) {
    CountrySpending& spending = countries[user.country];
    ++spending.users;
    const auto sum = sums->find(user.user_id);
    if (sum == sums->end()) continue;
    spending.orders += sum->second.orders;
    spending.spent += sum->second.spent;
  }
  return {};
}

}  // namespace

Document IsOneOf(std::string_view field, std::span<const std::string> ids) {
  Document in;
  in.AddArray("$in", ids);
  return Doc(field, in);
}

Result<std::unordered_map<std::string, Sum>> SumOrders(Connection& connection, std::span<const std::string> user_ids) {
  std::unordered_map<std::string, Sum> sums;
  if (user_ids.empty()) return sums;
  const Document pipeline[] = {Doc("$match", IsOneOf("user_id", user_ids)), GroupOf(Doc("_id", "$user_id"))};
  const auto rows = connection.AggregateBatch(kOrders, std::ssize(user_ids), pipeline, Doc("hint", kOrdersOfUser));
  if (!rows) return Fail(rows.error());
  for (const View& row : rows->documents) {
    sums[row.Text("_id")] = {row.Int("orders"), row.FindMoney("spent").value_or(Money())};
  }
  return sums;
}

Result<std::vector<DayOrders>> OrdersByDay(Connection& connection, int days) {
  std::vector<DayOrders> result;
  std::optional<UnixMillis> before;
  while (std::cmp_less(result.size(), days)) {
    const auto newest = NewestOrder(connection, before);
    if (!newest) return Fail(newest.error());
    if (!*newest) break;
    // Days without orders are not counted, so where there are some, a further window follows.
    const std::int64_t missing = days - std::ssize(result);
    const UnixMillis from = StartOfDay(**newest) - (missing - 1) * kDay;
    auto window = SumDays(connection, from, before);
    if (!window) return Fail(window.error());
    std::ranges::move(*window, std::back_inserter(result));
    before = from;
  }
  if (std::cmp_greater(result.size(), std::max(days, 0))) result.resize(static_cast<std::size_t>(std::max(days, 0)));
  std::ranges::reverse(result);
  return result;
}

Result<std::vector<CountrySpending>> SpendingByCountry(Connection& connection, int limit) {
  Countries countries;
  std::string last;
  while (true) {
    const auto users = CountriesAfter(connection, last);
    if (!users) return Fail(users.error());
    if (auto added = AddSpending(connection, *users, countries); !added) return Fail(added.error());
    if (std::cmp_less(users->size(), kUsersAtOnce)) break;
    last = users->back().user_id;
  }
  std::vector<CountrySpending> result;
  for (auto& [country, spending] : countries) {
    spending.country = country;
    result.push_back(std::move(spending));
  }
  std::ranges::stable_sort(result, std::ranges::greater(), &CountrySpending::spent);  // equal ones stay by name
  if (std::cmp_greater(result.size(), std::max(limit, 0))) result.resize(static_cast<std::size_t>(std::max(limit, 0)));
  return result;
}

}  // namespace demo::mongo
