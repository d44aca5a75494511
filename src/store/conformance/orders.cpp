#include <map>

#include "domain/validation.h"
#include "store/conformance/store_conformance.h"

namespace demo {
namespace {

constexpr UnixMillis kDay = 86'400'000;
constexpr UnixMillis kNovember23 = 1'795'392'000'000;  // 2026-11-23T00:00Z

TEST_P(StoreConformance, PlacesAnOrder) {
  const UnixMillis before = WallClockNow();
  const User user = Ok(store().AddUser(Alice(), {}));
  const Order order = Ok(store().PlaceOrder({user.user_id, Money::FromCents(7525)}, {}));
  EXPECT_TRUE(order.order_id.starts_with("order_")) << order.order_id;
  EXPECT_EQ(order.order_id.size(), 32u);
  EXPECT_EQ(order.user_id, user.user_id);
  EXPECT_EQ(order.user_name, user.name);
  EXPECT_EQ(order.amount, Money::FromCents(7525));
  EXPECT_GE(order.created_at, before);
  EXPECT_LE(order.created_at, WallClockNow());
  EXPECT_EQ(Ok(store().GetOrder(user.user_id, order.order_id)), order);
  EXPECT_EQ(Ok(store().ListOrders({})).items, std::vector{order});
  EXPECT_EQ(Ok(store().ListOrdersOfUser(user.user_id, {})).items, std::vector{order});
}

TEST_P(StoreConformance, PlacesNoOrderForNobody) {
  EXPECT_EQ(CodeOf(store().PlaceOrder({"user_1", Money::FromCents(100)}, {})), ErrorCode::kNotFound);
  EXPECT_EQ(CodeOf(store().PlaceOrderForRandomUser(Money::FromCents(100), {})), ErrorCode::kNotFound);
  EXPECT_EQ(CodeOf(store().ListOrdersOfUser("user_1", {})), ErrorCode::kNotFound);
  EXPECT_EQ(Ok(store().CountAll()).orders, 0);
}

TEST_P(StoreConformance, ShowsAnOrderToItsUserOnly) {
  const User alice = Ok(store().AddUser(Alice(), {}));
  const User bob = Ok(store().AddUser({"Bob Martin", "bob@ecam.be", "Belgium"}, {}));
  const Order order = Ok(store().PlaceOrder({alice.user_id, Money::FromCents(100)}, {}));
  EXPECT_EQ(CodeOf(store().GetOrder(bob.user_id, order.order_id)), ErrorCode::kNotFound);
  EXPECT_EQ(CodeOf(store().GetOrder(alice.user_id, "order_1")), ErrorCode::kNotFound);
  EXPECT_EQ(CodeOf(store().GetOrder("nobody", order.order_id)), ErrorCode::kNotFound);
  EXPECT_TRUE(Ok(store().ListOrdersOfUser(bob.user_id, {})).items.empty());
}

TEST_P(StoreConformance, DerivesTotalsFromTheOrders) {
  const User alice = Ok(store().AddUser(Alice(), {}));
  const User bob = Ok(store().AddUser({"Bob Martin", "bob@ecam.be", "Belgium"}, {}));
  Ok(store().PlaceOrder({alice.user_id, Money::FromCents(7525)}, {}));
  Ok(store().PlaceOrder({alice.user_id, Money::FromCents(4500)}, {}));
  const std::vector expected = {UserSummary{bob, 0, Money()}, UserSummary{alice, 2, Money::FromCents(12025)}};
  EXPECT_EQ(Ok(store().ListUsers({})).items, expected);
  EXPECT_EQ(Ok(store().GetUser(alice.user_id)), expected[1]);
}

TEST_P(StoreConformance, AddsUpExactly) {
  std::vector<Order> orders;
  for (int i = 0; i < 2000; ++i) orders.push_back(OrderOf("user_1", "tenth_" + std::to_string(i), 10));
  for (int i = 0; i < 2000; ++i) {
    orders.push_back(OrderOf("user_1", "most_" + std::to_string(i), kMaxAmount.cents() - 1));
  }
  Ok(store().LoadPart({std::vector{OldUser("user_1")}, orders, "load", 1}));
  EXPECT_EQ(Ok(store().GetUser("user_1")).total_spent.ToString(), "2000000180.00");
  EXPECT_EQ(Ok(store().SpendingByCountry(1)).front().spent.ToString(), "2000000180.00");
  EXPECT_EQ(Ok(store().OrdersByDay(1)).front().revenue.ToString(), "2000000180.00");
}

TEST_P(StoreConformance, CountsOrdersPlacedAtOnce) {
  const User user = Ok(store().AddUser(Alice(), {}));
  AtOnce(10, [&](int) {
    for (int i = 0; i < 10; ++i) Ok(store().PlaceOrder({user.user_id, Money::FromCents(10)}, {}));
  });
  EXPECT_EQ(Ok(store().GetUser(user.user_id)), (UserSummary{user, 100, Money::FromCents(1000)}));
}

TEST_P(StoreConformance, PicksRandomUsersEvenly) {
  const std::vector users = {OldUser("user_1"), OldUser("user_2"), OldUser("user_3"), OldUser("user_4")};
  Ok(store().ReplaceAll(users, {}, {}));
  AtOnce(8, [&](int) {
    for (int i = 0; i < 100; ++i) {
      const Order order = Ok(store().PlaceOrderForRandomUser(Money::FromCents(100), {}));
      EXPECT_EQ(order.user_name, "Old Record");
    }
  });
  std::int64_t sum = 0;
  for (const auto& [user, count, spent] : Ok(store().ListUsers({})).items) {
    // 200 each are expected and their spread is 12: these bounds are 8 of it away and fail once in 10^15 runs.
    EXPECT_GT(count, 100) << user.user_id;
    EXPECT_LT(count, 300) << user.user_id;
    sum += count;
  }
  EXPECT_EQ(sum, 800);
}

TEST_P(StoreConformance, SumsOrdersByUtcDay) {
  const std::vector orders = {OrderOf("user_1", "order_1", 100, kNovember23 - 1),
                              OrderOf("user_1", "order_2", 200, kNovember23),
                              OrderOf("user_1", "order_3", 300, kNovember23 + kDay - 1),
                              OrderOf("user_1", "order_4", 400, kNovember23 + 3 * kDay),
                              OrderOf("user_1", "order_5", 500, kNovember23 - 300 * kDay)};
  Ok(store().ReplaceAll(std::vector{OldUser("user_1")}, orders, {}));
  const std::vector<DayOrders> all = {{"2026-01-27", 1, Money::FromCents(500)},
                                      {"2026-11-22", 1, Money::FromCents(100)},
                                      {"2026-11-23", 2, Money::FromCents(500)},
                                      {"2026-11-26", 1, Money::FromCents(400)}};
  EXPECT_EQ(Ok(store().OrdersByDay(1000)), all);
  EXPECT_EQ(Ok(store().OrdersByDay(2)), std::vector(all.begin() + 2, all.end()));
  EXPECT_TRUE(Ok(store().OrdersByDay(0)).empty());
}

TEST_P(StoreConformance, SumsSpendingByCountry) {
  const std::vector users = {OldUser("user_1", "France"), OldUser("user_2", "Belgium"), OldUser("user_3", "Belgium"),
                             OldUser("user_4", "Spain")};
  const std::vector orders = {OrderOf("user_1", "order_1", 500), OrderOf("user_2", "order_2", 300),
                              OrderOf("user_3", "order_3", 300)};
  Ok(store().ReplaceAll(users, orders, {}));
  const std::vector<CountrySpending> expected = {
      {"Belgium", 2, 2, Money::FromCents(600)}, {"France", 1, 1, Money::FromCents(500)}, {"Spain", 1, 0, Money()}};
  EXPECT_EQ(Ok(store().SpendingByCountry(10)), expected);
  EXPECT_EQ(Ok(store().SpendingByCountry(1)), std::vector(expected.begin(), expected.begin() + 1));
}

TEST_P(StoreConformance, HasNothingAtFirst) {
  EXPECT_EQ(Ok(store().CountAll()).users, 0);
  EXPECT_EQ(Ok(store().CountAll()).orders, 0);
  EXPECT_TRUE(Ok(store().ListUsers({})).items.empty());
  EXPECT_TRUE(Ok(store().ListUsers({})).next_cursor.empty());
  EXPECT_TRUE(Ok(store().OrdersByDay(30)).empty());
  EXPECT_TRUE(Ok(store().SpendingByCountry(10)).empty());
  EXPECT_TRUE(Ok(store().ListHosts()).empty());
  EXPECT_EQ(Ok(store().MigrateUsers({})), 0);
}

}  // namespace
}  // namespace demo
