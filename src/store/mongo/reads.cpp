#include "store/mongo/reads.h"

#include <algorithm>
#include <utility>

#include "base/request_memory.h"
#include "mongo/collections.h"
#include "mongo/fields.h"
#include "store/mongo/records.h"
#include "store/mongo/sums.h"
#include "store/paging.h"

namespace demo::mongo {
namespace {

std::unexpected<Error> NoSuchUser() { return Fail(ErrorCode::kNotFound, "No such user."); }
std::unexpected<Error> NoSuchOrder() { return Fail(ErrorCode::kNotFound, "No such order."); }

Document Newest(std::int64_t limit) {
  Document options = Doc("sort", Doc("seq", std::int32_t{-1}));
  options.Add("limit", limit);
  return options;
}

/// Part of a list, newest first, and where each of it stands there.
template <typename T>
struct Listed {
  std::vector<T> items;
  std::vector<std::string> seqs;
};

/// Of what has no text for `seq` a page after the first would give nothing, and so nobody would ever see it: the oldest
/// tells whether there is any.
Result<void> CheckOldest(Connection& connection, std::string_view collection, const Document& filter) {
  Document options = Doc("sort", Doc("seq", std::int32_t{1}));
  options.Add("projection", Doc("seq", std::int32_t{1}));
  const auto oldest = connection.FindOne(collection, filter, options);
  if (!oldest) return Fail(oldest.error());
  if (!*oldest) return {};
  Fields fields(collection, (*oldest)->view());
  fields.Position("seq");
  return fields.Done();
}

/// `limit` at most of what fits `filter`, after `position` (empty: from the newest on).
template <typename T>
Result<Listed<T>> List(Connection& connection, std::string_view collection, const Document& filter,
                       const std::string& position, const Document& options, std::int64_t limit,
                       Result<T> (*read)(const View&)) {
  Document after;
  after.AddAll(filter);
  if (!position.empty()) after.Add("seq", Doc("$lt", position));
  const auto found = connection.FindBatch(collection, limit, after, options);
  if (!found) return Fail(found.error());
  Listed<T> listed;
  for (const View& document : found->documents) {
    auto item = read(document);
    if (!item) return Fail(item.error());
    Fields fields(collection, document);
    listed.seqs.push_back(fields.Position("seq"));
    if (auto done = fields.Done(); !done) return Fail(done.error());
    listed.items.push_back(*std::move(item));
    // Once for the record, and once more for its part of the reply.
    if (!request_memory::Take(2 * HeldBytes(listed.items.back()))) return request_memory::NoRoom();
  }
  const bool is_last = !position.empty() && std::cmp_less(listed.items.size(), limit);
  if (!is_last) return listed;
  if (auto checked = CheckOldest(connection, collection, filter); !checked) return Fail(checked.error());
  return listed;
}

/// Without what its orders add up to.
Result<UserSummary> ToSummary(const View& document) {
  auto user = ToUser(document);
  if (!user) return Fail(user.error());
  return UserSummary{*std::move(user), 0, Money()};
}

Result<void> AddSums(Connection& connection, std::span<UserSummary> users) {
  std::vector<std::string> ids;
  ids.reserve(users.size());
  for (const UserSummary& each : users) ids.push_back(each.user.user_id);
  const auto sums = SumOrders(connection, ids);
  if (!sums) return Fail(sums.error());
  for (UserSummary& each : users) {
    const auto found = sums->find(each.user.user_id);
    if (found == sums->end()) continue;
    each.order_count = found->second.orders;
    each.total_spent = found->second.spent;
  }
  return {};
}

/// Names each order's user. An order whose user is gone (a clearing that is under way, see docs/adr/0006) is left out.
Result<void> AddNames(Connection& connection, std::vector<Order>& orders) {
  std::vector<std::string> ids;
  for (const Order& order : orders) ids.push_back(order.user_id);
  std::ranges::sort(ids);
  const auto repeated = std::ranges::unique(ids);
  ids.erase(repeated.begin(), repeated.end());
  const auto names = FindNames(connection, ids);
  if (!names) return Fail(names.error());
  std::erase_if(orders, [&](const Order& order) { return !names->contains(order.user_id); });
  for (Order& order : orders) order.user_name = names->at(order.user_id);
  return {};
}

Result<std::string> NameOf(Connection& connection, const std::string& user_id) {
  auto names = FindNames(connection, std::span(&user_id, 1));
  if (!names) return Fail(names.error());
  if (names->empty()) return NoSuchUser();
  return std::move(names->begin()->second);
}

}  // namespace

Result<Totals> CountAll(Connection& connection) {
  const auto users = connection.EstimateCount(kUsers);
  if (!users) return Fail(users.error());
  const auto orders = connection.EstimateCount(kOrders);
  if (!orders) return Fail(orders.error());
  return Totals{*users, *orders, true};
}

Result<Page<UserSummary>> ListUsers(Connection& connection, const PageRequest& page) {
  constexpr std::string_view kList = "users";
  const auto position = PositionOf(kList, page);
  if (!position) return Fail(position.error());
  const std::int64_t limit = page.limit + 1;
  auto listed = List(connection, kUsers, {}, *position, Newest(limit), limit, ToSummary);
  if (!listed) return Fail(listed.error());
  auto cut = CutPage(std::move(listed->items), listed->seqs, kList, page.limit);
  if (auto added = AddSums(connection, cut.items); !added) return Fail(added.error());
  return cut;
}

Result<Page<Order>> ListOrders(Connection& connection, const PageRequest& page) {
  constexpr std::string_view kList = "orders";
  const auto position = PositionOf(kList, page);
  if (!position) return Fail(position.error());
  const std::int64_t limit = page.limit + 1;
  auto listed = List(connection, kOrders, {}, *position, Newest(limit), limit, ToOrder);
  if (!listed) return Fail(listed.error());
  auto cut = CutPage(std::move(listed->items), listed->seqs, kList, page.limit);
  if (auto named = AddNames(connection, cut.items); !named) return Fail(named.error());
  return cut;
}

Result<Page<Order>> ListOrdersOfUser(Connection& connection, const std::string& user_id, const PageRequest& page) {
  const std::string list = "orders of " + user_id;
  const auto position = PositionOf(list, page);
  if (!position) return Fail(position.error());
  const auto name = NameOf(connection, user_id);
  if (!name) return Fail(name.error());
  const std::int64_t limit = page.limit + 1;
  Document options = Newest(limit);
  options.Add("hint", kOrdersOfUser);
  auto listed = List(connection, kOrders, Doc("user_id", user_id), *position, options, limit, ToOrder);
  if (!listed) return Fail(listed.error());
  for (Order& order : listed->items) order.user_name = *name;
  return CutPage(std::move(listed->items), listed->seqs, list, page.limit);
}

Result<Order> GetOrder(Connection& connection, const std::string& user_id, const std::string& order_id) {
  Document filter;
  filter.Add("_id", order_id).Add("user_id", user_id);
  const auto found = connection.FindOne(kOrders, filter);
  if (!found) return Fail(found.error());
  if (!*found) return NoSuchOrder();
  auto order = ToOrder((*found)->view());
  if (!order) return order;
  auto name = NameOf(connection, user_id);
  if (!name) return name.error().code == ErrorCode::kNotFound ? NoSuchOrder() : Fail(name.error());
  order->user_name = *std::move(name);
  return order;
}

Result<std::int64_t> LoadPosition(Connection& connection, const std::string& load_id) {
  const auto found = connection.FindOne(kLoads, Doc("_id", load_id));
  if (!found) return Fail(found.error());
  if (!*found) return 0;
  Fields fields(kLoads, (*found)->view());
  return fields.Done(fields.Int("position"));
}

Result<std::unordered_map<std::string, UserSummary>> FindUsers(Connection& connection,
                                                               std::span<const std::string> user_ids) {
  const auto batch = connection.FindBatch(kUsers, std::ssize(user_ids), IsOneOf("_id", user_ids));
  if (!batch) return Fail(batch.error());
  std::vector<UserSummary> users;
  for (const View& document : batch->documents) {
    auto user = ToSummary(document);
    if (!user) return Fail(user.error());
    users.push_back(*std::move(user));
  }
  if (auto added = AddSums(connection, users); !added) return Fail(added.error());
  std::unordered_map<std::string, UserSummary> found;
  for (UserSummary& each : users) {
    std::string id = each.user.user_id;
    found.emplace(std::move(id), std::move(each));
  }
  return found;
}

Result<std::unordered_map<std::string, std::string>> FindNames(Connection& connection,
                                                               std::span<const std::string> user_ids) {
  std::unordered_map<std::string, std::string> names;
  if (user_ids.empty()) return names;
  const Document options = Doc("projection", Doc("name", std::int32_t{1}));
  const auto found = connection.FindBatch(kUsers, std::ssize(user_ids), IsOneOf("_id", user_ids), options);
  if (!found) return Fail(found.error());
  for (const View& document : found->documents) {
    auto user = ToUserName(document);
    if (!user) return Fail(user.error());
    names.emplace(std::move(user->user_id), std::move(user->name));
  }
  return names;
}

}  // namespace demo::mongo
