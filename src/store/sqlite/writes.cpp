#include "store/sqlite/writes.h"

#include <fmt/format.h>

#include <random>
#include <unordered_map>

#include "base/ulid.h"
#include "store/sqlite/queries.h"
#include "store/sqlite/reads.h"
#include "store/sqlite/requests.h"

namespace demo::sqlite {
namespace {

Result<void> InsertUser(Connection& connection, std::string_view sql, const User& user) {
  Query query = connection.Prepare(sql);
  query.Bind(user.user_id, user.name, user.email, user.country, user.created_at, user.schema_version);
  return query.Run();
}

Result<void> InsertOrder(Connection& connection, std::string_view sql, std::int64_t user_seq, const Order& order) {
  Query query = connection.Prepare(sql);
  query.Bind(order.order_id, user_seq, order.amount.cents(), order.created_at);
  return query.Run();
}

Result<Order> InsertNewOrder(Connection& connection, const StoredUser& user, Money amount) {
  Order order{"order_" + NewUlid(), user.user_id, user.name, amount, WallClockNow()};
  if (auto stored = InsertOrder(connection, queries::kInsertOrder, user.seq, order); !stored) {
    return Fail(stored.error());
  }
  return order;
}

Result<void> InsertAll(Connection& connection, std::span<const User> users, std::span<const Order> orders) {
  for (const User& user : users) {
    if (auto stored = InsertUser(connection, queries::kInsertUserIfNew, user); !stored) return stored;
  }
  std::unordered_map<std::string_view, std::int64_t> seqs;  // a few users place most orders
  for (const Order& order : orders) {
    auto known = seqs.find(order.user_id);
    if (known == seqs.end()) {
      const auto user = FindUser(connection, order.user_id);
      if (!user) return Fail(user.error());
      known = seqs.emplace(order.user_id, user->seq).first;
    }
    if (auto stored = InsertOrder(connection, queries::kInsertOrderIfNew, known->second, order); !stored) return stored;
  }
  return {};
}

}  // namespace

Result<User> AddUser(Connection& connection, const NewUser& user) {
  User stored{"user_" + NewUlid(), user.name, user.email, user.country, WallClockNow(), 1};
  if (auto done = InsertUser(connection, queries::kInsertUser, stored); !done) return Fail(done.error());
  return stored;
}

Result<Order> PlaceOrder(Connection& connection, const NewOrder& order) {
  const auto user = FindUser(connection, order.user_id);
  if (!user) return Fail(user.error());
  return InsertNewOrder(connection, *user, order.amount);
}

Result<Order> PlaceOrderForRandomUser(Connection& connection, Money amount) {
  const auto first = connection.QueryInt(queries::kFirstUserSeq);
  if (!first) return Fail(first.error());
  const auto count = connection.QueryInt(queries::kCountUsers);
  if (!count) return Fail(count.error());
  if (*count == 0) return Fail(ErrorCode::kNotFound, "No users found");
  std::random_device random;
  const auto pick = std::uniform_int_distribution(*first, *first + *count - 1)(random);
  Query query = connection.Prepare(queries::kUserAt);
  query.Bind(pick);
  const bool found = query.Next();
  if (auto done = query.Finish(); !done) return Fail(done.error());
  if (!found) return Fail(ErrorCode::kInternal, fmt::format("There is no user at {} of {}.", pick, *count));
  return InsertNewOrder(connection, {query.Int(0), query.Text(1), query.Text(2)}, amount);
}

Result<std::int64_t> MigrateUsers(Connection& connection) {
  Query query = connection.Prepare(queries::kMigrateUsers);
  query.Bind(WallClockNow());
  if (auto done = query.Run(); !done) return Fail(done.error());
  return connection.Changes();
}

Result<Nothing> ReplaceAll(Connection& connection, std::span<const User> users, std::span<const Order> orders) {
  if (auto cleared = ClearAll(connection); !cleared) return cleared;
  if (auto stored = InsertAll(connection, users, orders); !stored) return Fail(stored.error());
  return Nothing();
}

Result<Nothing> ClearAll(Connection& connection) {
  auto done = connection.Execute("DELETE FROM orders; DELETE FROM users; DELETE FROM loads");
  if (done) done = ClearRequests(connection);
  if (!done) return Fail(done.error());
  return Nothing();
}

Result<Nothing> LoadPart(Connection& connection, const OwnedPart& part) {
  if (auto stored = InsertAll(connection, part.users, part.orders); !stored) return Fail(stored.error());
  Query query = connection.Prepare(queries::kSetLoadPosition);
  query.Bind(part.load_id, part.position);
  if (auto done = query.Run(); !done) return Fail(done.error());
  return Nothing();
}

}  // namespace demo::sqlite
