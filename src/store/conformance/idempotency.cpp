#include <atomic>
#include <set>

#include "store/conformance/store_conformance.h"

namespace demo {
namespace {

const IdempotencyKey kKey{"key-1", "POST /api/x 1234"};
const IdempotencyKey kSameKeyOtherRequest{"key-1", "POST /api/x 5678"};

void ExpectUsedForAnother(const Error& error) {
  EXPECT_EQ(error.code, ErrorCode::kInvalid);
  ASSERT_EQ(error.fields.size(), 1u);
  EXPECT_EQ(error.fields[0].field, "Idempotency-Key");
}

TEST_P(StoreConformance, AddsAUserOncePerKey) {
  const User first = Ok(store().AddUser(Alice(), kKey));
  EXPECT_EQ(Ok(store().AddUser(Alice(), kKey)), first);
  ExpectUsedForAnother(ErrorIn(store().AddUser(Alice(), kSameKeyOtherRequest)));
  EXPECT_EQ(Ok(store().CountAll()).users, 1);
}

TEST_P(StoreConformance, PlacesAnOrderOncePerKey) {
  const User user = Ok(store().AddUser(Alice(), {}));
  const NewOrder order{user.user_id, Money::FromCents(100)};
  const Order first = Ok(store().PlaceOrder(order, kKey));
  EXPECT_EQ(Ok(store().PlaceOrder(order, kKey)), first);
  ExpectUsedForAnother(ErrorIn(store().PlaceOrder(order, kSameKeyOtherRequest)));
  EXPECT_EQ(Ok(store().CountAll()).orders, 1);
}

TEST_P(StoreConformance, PlacesARandomOrderOncePerKey) {
  for (int i = 0; i < 10; ++i) Ok(store().AddUser(Alice(), {}));
  const Order first = Ok(store().PlaceOrderForRandomUser(Money::FromCents(100), kKey));
  for (int i = 0; i < 10; ++i) EXPECT_EQ(Ok(store().PlaceOrderForRandomUser(Money::FromCents(777), kKey)), first);
  EXPECT_EQ(Ok(store().CountAll()).orders, 1);
}

TEST_P(StoreConformance, MigratesReplacesAndClearsOncePerKey) {
  const std::vector users = {OldUser("user_1"), OldUser("user_2")};
  Ok(store().ReplaceAll(users, {}, {"replace", "f"}));
  EXPECT_EQ(Ok(store().MigrateUsers({"migrate", "f"})), 2);
  EXPECT_EQ(Ok(store().MigrateUsers({"migrate", "f"})), 2);
  Ok(store().ClearAll({"clear", "f"}));
  Ok(store().ReplaceAll(users, {}, {"replace", "f"}));
  EXPECT_EQ(Ok(store().CountAll()).users, 0) << "it was replaced once and cleared since";
  Ok(store().AddUser(Alice(), {}));
  Ok(store().ClearAll({"clear", "f"}));
  EXPECT_EQ(Ok(store().CountAll()).users, 1) << "it was cleared once and filled since";
}

TEST_P(StoreConformance, RecordsARequestOnce) {
  EXPECT_TRUE(Ok(store().RecordRequest(kKey)));
  EXPECT_FALSE(Ok(store().RecordRequest(kKey)));
  Reopen();
  EXPECT_FALSE(Ok(store().RecordRequest(kKey)));
  ExpectUsedForAnother(ErrorIn(store().RecordRequest(kSameKeyOtherRequest)));
  EXPECT_TRUE(Ok(store().RecordRequest({})));
  EXPECT_TRUE(Ok(store().RecordRequest({})));
}

TEST_P(StoreConformance, DoesAHundredEqualRequestsAtOnceOnce) {
  const User user = Ok(store().AddUser(Alice(), {}));
  std::vector<std::string> ids(100);
  AtOnce(100, [&](int i) {
    ids[static_cast<std::size_t>(i)] = Ok(store().PlaceOrder({user.user_id, Money::FromCents(100)}, kKey)).order_id;
  });
  EXPECT_EQ(std::set(ids.begin(), ids.end()).size(), 1u);
  EXPECT_EQ(Ok(store().GetUser(user.user_id)).order_count, 1);
}

TEST_P(StoreConformance, LetsOneOfTwoRequestsWithOneKeyWin) {
  std::atomic<int> done = 0;
  AtOnce(20, [&](int i) {
    const auto added = store().AddUser(Alice(), i % 2 == 0 ? kKey : kSameKeyOtherRequest);
    if (added) ++done;
    if (!added) ExpectUsedForAnother(added.error());
  });
  EXPECT_EQ(done, 10);
  EXPECT_EQ(Ok(store().CountAll()).users, 1);
}

TEST_P(StoreConformance, GivesTheFirstAnswerAfterARestart) {
  const User user = Ok(store().AddUser({"Zoë 陽菜", "z@b", "Côte d'Ivoire"}, {"user", "f"}));
  const Order order = Ok(store().PlaceOrder({user.user_id, Money::FromCents(1)}, {"order", "f"}));
  Reopen();
  EXPECT_EQ(Ok(store().AddUser({"Zoë 陽菜", "z@b", "Côte d'Ivoire"}, {"user", "f"})), user);
  EXPECT_EQ(Ok(store().PlaceOrder({user.user_id, Money::FromCents(1)}, {"order", "f"})), order);
}

TEST_P(StoreConformance, GivesTheFirstNamesThoughTheRequestChoosesThemAnew) {
  const User first = Ok(store().AddUser(Alice(), kKey));
  EXPECT_EQ(Ok(store().AddUser({"Bob Martin", "bob@ecam.be", "Belgium"}, kKey)), first);
  EXPECT_EQ(Ok(store().CountAll()).users, 1);
}

TEST_P(StoreConformance, SaysThatWhatItDidHasBeenCleared) {
  const User user = Ok(store().AddUser(Alice(), {"user", "f"}));
  const NewOrder order{user.user_id, Money::FromCents(1)};
  Ok(store().PlaceOrder(order, {"order", "f"}));
  Ok(store().PlaceOrderForRandomUser(Money::FromCents(1), {"random", "f"}));
  Ok(store().ClearAll({}));
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(CodeOf(store().AddUser(Alice(), {"user", "f"})), ErrorCode::kConflict);
    EXPECT_EQ(CodeOf(store().PlaceOrder(order, {"order", "f"})), ErrorCode::kConflict);
    EXPECT_EQ(CodeOf(store().PlaceOrderForRandomUser(Money::FromCents(1), {"random", "f"})), ErrorCode::kConflict);
    ExpectUsedForAnother(ErrorIn(store().MigrateUsers({"user", "f"})));
    EXPECT_EQ(Ok(store().CountAll()), (Totals{0, 0, Ok(store().CountAll()).estimated}));
    if (i == 0) Reopen();
    if (i == 1) Ok(store().ReplaceAll(std::vector<User>(), {}, {}));
  }
}

TEST_P(StoreConformance, RecordsNoFailure) {
  const NewOrder order{"user_1", Money::FromCents(100)};
  EXPECT_EQ(CodeOf(store().PlaceOrder(order, kKey)), ErrorCode::kNotFound);
  Ok(store().ReplaceAll(std::vector{OldUser("user_1")}, {}, {}));
  const Order placed = Ok(store().PlaceOrder(order, kKey));
  EXPECT_EQ(Ok(store().PlaceOrder(order, kKey)), placed);
}

TEST_P(StoreConformance, DoesTheSameTwiceWithoutAKey) {
  EXPECT_NE(Ok(store().AddUser(Alice(), {})).user_id, Ok(store().AddUser(Alice(), {})).user_id);
  EXPECT_EQ(Ok(store().CountAll()).users, 2);
}

}  // namespace
}  // namespace demo
