#include "store/mongo/sums.h"

#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <utility>

#include "base/clock.h"
#include "mongo/collections.h"
#include "mongo/fields.h"

namespace demo::mongo {
namespace {

constexpr UnixMillis kDay = 86'400'000;
constexpr std::int64_t kUsersAtOnce = 5000;

UnixMillis StartOfDay(UnixMillis time) {
  return std::chrono::floor<std::chrono::days>(std::chrono::milliseconds(time)).count() * kDay;
}

/// What sums are made for: a user, or a day.
struct Group {
  Document id;            ///< As $group has it.
  std::string_view hint;  ///< The index that holds all that is asked for.
  Result<std::string> (*key)(const View& order);
};

Result<std::string> UserOf(const View& order) {
  Fields fields(kOrders, order);
  return fields.Done(fields.Text("user_id"));
}

Result<std::string> DayOf(const View& order) {
  Fields fields(kOrders, order);
  return fields.Done(FormatUtc(fields.Date("created_at")).substr(0, std::size("2026-11-23") - 1));
}

/// Reads each order that `filter` finds.
Result<Sums> SumOneByOne(Connection& connection, const Group& group, const Document& filter) {
  Document members = Doc("user_id", std::int32_t{1});
  members.Add("created_at", std::int32_t{1}).Add("amount", std::int32_t{1});
  Document options = Doc("projection", members);
  options.Add("hint", group.hint);
  Sums sums;
  Cursor cursor = connection.Find(kOrders, filter, options);
  while (const auto order = cursor.Next()) {
    Fields fields(kOrders, *order);
    const Money amount = fields.Amount("amount");
    const auto key = group.key(*order);
    if (!key) return Fail(key.error());
    if (auto done = fields.Done(); !done) return Fail(done.error());
    Sum& sum = sums[*key];
    ++sum.orders;
    sum.spent += amount;
  }
  if (auto done = cursor.Finish(); !done) return Fail(done.error());
  return sums;
}

/// `most` groups at most. The server adds up decimals. It would leave out a text and round a double without a word, so
/// where an amount is something else, which others than this service wrote, each is read.
Result<Sums> SumBy(Connection& connection, const Group& group, const Document& filter, std::int64_t most) {
  const Document is_no_decimal = Document::FromJson(R"({"$cond":[{"$eq":[{"$type":"$amount"},"decimal"]},0,1]})");
  Document totals;
  totals.AddAll(group.id).Add("orders", Doc("$sum", std::int32_t{1})).Add("spent", Doc("$sum", "$amount"));
  totals.Add("others", Doc("$sum", is_no_decimal));
  const Document pipeline[] = {Doc("$match", filter), Doc("$group", totals)};
  const auto rows = connection.AggregateBatch(kOrders, most, pipeline, Doc("hint", group.hint));
  if (!rows) return Fail(rows.error());
  Sums sums;
  for (const View& row : rows->documents) {
    Fields fields("sums", row);
    const std::string key = fields.Text("_id");
    const std::int64_t orders = fields.Int("orders");
    const std::int64_t others = fields.Int("others");
    if (auto done = fields.Done(); !done) return Fail(done.error());
    const auto spent = row.FindMoney("spent");
    if (others > 0 || !spent) return SumOneByOne(connection, group, filter);
    sums.emplace(key, Sum{orders, *spent});
  }
  return sums;
}

Document OrderedByTime(std::int32_t direction) {
  Document options = Doc("sort", Doc("created_at", direction));
  options.Add("hint", kOrdersByTime).Add("projection", Doc("created_at", std::int32_t{1}));
  return options;
}

/// The time of the newest order before `before`, or of all.
Result<std::optional<UnixMillis>> NewestOrder(Connection& connection, std::optional<UnixMillis> before) {
  Document filter;
  if (before) filter.Add("created_at", Doc("$lt", Date{*before}));
  const auto found = connection.FindOne(kOrders, filter, OrderedByTime(-1));
  if (!found) return Fail(found.error());
  if (!*found) return std::nullopt;
  Fields fields(kOrders, (*found)->view());
  return fields.Done(std::optional(fields.Date("created_at")));
}

/// A range of dates finds nothing else, and so would leave the others out. They come before all dates in an index, or
/// after, where NewestOrder meets them.
Result<void> CheckOldest(Connection& connection) {
  const auto found = connection.FindOne(kOrders, {}, OrderedByTime(1));
  if (!found) return Fail(found.error());
  if (!*found) return {};
  Fields fields(kOrders, (*found)->view());
  fields.Date("created_at");
  return fields.Done();
}

/// Of the days from `from` to before `end` those that have orders, descending.
Result<std::vector<DayOrders>> SumDays(Connection& connection, UnixMillis from, UnixMillis end) {
  Document range = Doc("$gte", Date{from});
  range.Add("$lt", Date{end});
  Document day;
  day.Add("format", "%Y-%m-%d").Add("date", "$created_at");
  const auto sums = SumBy(connection, {Doc("_id", Doc("$dateToString", day)), kOrdersByTime, DayOf},
                          Doc("created_at", range), (end - from) / kDay);
  if (!sums) return Fail(sums.error());
  std::vector<DayOrders> days;
  for (const auto& [date, sum] : *sums) days.push_back({date, sum.orders, sum.spent});
  std::ranges::reverse(days);
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
  for (const View& document : found->documents) {
    Fields fields(kUsers, document);
    users.push_back({fields.Text("_id"), fields.Text("country")});
    if (auto done = fields.Done(); !done) return Fail(done.error());
  }
  return users;
}

/// What comes after a text finds texts alone. Ids of other types come before all texts, where the first batch meets
/// them, or after.
Result<void> CheckLastId(Connection& connection) {
  Document options = Doc("sort", Doc("_id", std::int32_t{-1}));
  options.Add("projection", Doc("_id", std::int32_t{1}));
  const auto found = connection.FindOne(kUsers, {}, options);
  if (!found) return Fail(found.error());
  if (!*found) return {};
  Fields fields(kUsers, (*found)->view());
  fields.Text("_id");
  return fields.Done();
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

Result<Sums> SumOrders(Connection& connection, std::span<const std::string> user_ids) {
  if (user_ids.empty()) return Sums();
  return SumBy(connection, {Doc("_id", "$user_id"), kOrdersOfUser, UserOf}, IsOneOf("user_id", user_ids),
               std::ssize(user_ids));
}

Result<std::vector<DayOrders>> OrdersByDay(Connection& connection, int days) {
  if (auto checked = CheckOldest(connection); !checked) return Fail(checked.error());
  std::vector<DayOrders> result;
  std::optional<UnixMillis> before;
  while (std::cmp_less(result.size(), days)) {
    const auto newest = NewestOrder(connection, before);
    if (!newest) return Fail(newest.error());
    if (!*newest) break;
    // Days without orders are not counted, so where there are some, a further window follows.
    const std::int64_t missing = days - std::ssize(result);
    const UnixMillis end = StartOfDay(**newest) + kDay;
    const UnixMillis from = end - missing * kDay;
    auto window = SumDays(connection, from, end);
    if (!window) return Fail(window.error());
    std::ranges::move(*window, std::back_inserter(result));
    before = from;
  }
  if (std::cmp_greater(result.size(), std::max(days, 0))) result.resize(static_cast<std::size_t>(std::max(days, 0)));
  std::ranges::reverse(result);
  return result;
}

Result<std::vector<CountrySpending>> SpendingByCountry(Connection& connection, int limit) {
  if (auto checked = CheckLastId(connection); !checked) return Fail(checked.error());
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
