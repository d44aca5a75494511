#include "base/ulid.h"
#include "mongo/collections.h"
#include "store/mongo/kinds.h"
#include "store/mongo/records.h"
#include "store/mongo/requests.h"
#include "store/mongo/test_servers.h"

namespace demo {
namespace {

using mongo::Doc;
using mongo::Document;
using mongo::ToDocument;

const IdempotencyKey kKey{"key", "f"};

/// What another process left behind when it died, written as it writes it.
class AfterACrash : public testing::TestWithParam<TestServers> {
 protected:
  void SetUp() override { Ok(store().Ping()); }
  Store& store() { return under_test_.store(); }
  mongo::Connection Server() { return Connect(*SharedClientsOf(*GetParam().uri())).On(database_); }
  void Claim(std::string_view kind, const Document& answer) {
    auto server = Server();
    Ok(mongo::Claim(server, kKey, kind, answer));
  }

  MongoUnderTest under_test_{*GetParam().uri()};
  const std::string database_ = mongo::DatabaseOf(Ok(mongo::ReadUri(under_test_.uri())).get());
};

TEST_P(AfterACrash, TheSameKeyInsertsTheUserThatWasClaimed) {
  const User claimed{"user_" + NewUlid(), "Alice Dupont", "alice@ecam.be", "France", 1'700'000'000'000, 1};
  Claim(mongo::kAddsUser, ToDocument(claimed, NewUlid()));
  EXPECT_EQ(CodeOf(store().GetUser(claimed.user_id)), ErrorCode::kNotFound);
  EXPECT_EQ(Ok(store().AddUser(Alice(), kKey)), claimed);
  EXPECT_EQ(Ok(store().GetUser(claimed.user_id)).user, claimed);
  EXPECT_EQ(Ok(store().CountAll()).users, 1);
}

TEST_P(AfterACrash, TheSameKeyInsertsTheOrderThatWasClaimed) {
  const User user = Ok(store().AddUser(Alice(), {}));
  const Order claimed{"order_" + NewUlid(), user.user_id, user.name, Money::FromCents(7525), 1'700'000'000'000};
  Document answer = ToDocument(claimed, NewUlid());
  answer.Add("user_name", user.name);
  Claim(mongo::kPlacesOrder, answer);
  EXPECT_EQ(Ok(store().PlaceOrder({user.user_id, Money::FromCents(7525)}, kKey)), claimed);
  EXPECT_EQ(Ok(store().GetUser(user.user_id)).total_spent, Money::FromCents(7525));
}

TEST_P(AfterACrash, AClaimThatWasClearedIsNotCarriedOut) {
  const User claimed{"user_" + NewUlid(), "Alice Dupont", "alice@ecam.be", "France", 1'700'000'000'000, 1};
  Claim(mongo::kAddsUser, ToDocument(claimed, NewUlid()));
  Ok(store().ClearAll({}));
  EXPECT_EQ(CodeOf(store().AddUser(Alice(), kKey)), ErrorCode::kConflict);
  EXPECT_EQ(Ok(store().CountAll()).users, 0);
}

/// As the first version wrote them: with what was asked, and with the whole answer.
TEST_P(AfterACrash, ARecordOfTheFirstVersionIsUnderstoodAndCleared) {
  const User user = Ok(store().AddUser(Alice(), {}));
  const Order order{"order_" + NewUlid(), user.user_id, user.name, Money::FromCents(7525), 1'700'000'000'000};
  Document answer = ToDocument(order, NewUlid());
  answer.Add("user_name", user.name);
  Document record;
  record.Add("_id", kKey.key).Add("fingerprint", kKey.fingerprint).Add("kind", mongo::kPlacesOrder);
  record.Add("at", mongo::Date{WallClockNow()}).Add("answer", answer);
  auto server = Server();
  Ok(server.Insert(mongo::kRequests, record));
  const NewOrder asked{user.user_id, order.amount};
  EXPECT_EQ(Ok(store().PlaceOrder(asked, kKey)), order);
  EXPECT_EQ(Ok(store().PlaceOrder(asked, kKey)), order);
  EXPECT_EQ(CodeOf(store().PlaceOrder(asked, {kKey.key, "other"})), ErrorCode::kInvalid);
  Document stored = *Ok(server.FindOne(mongo::kOrders, Doc("_id", order.order_id)));
  EXPECT_FALSE(stored.view().Has("user_name"));
  Ok(store().ClearAll({}));
  EXPECT_EQ(CodeOf(store().PlaceOrder(asked, kKey)), ErrorCode::kConflict);
  stored = *Ok(server.FindOne(mongo::kRequests, Doc("_id", kKey.key)));
  EXPECT_FALSE(stored.view().Has("fingerprint")) << stored.ToJson();
  EXPECT_FALSE(stored.view().Has("answer.user_name")) << stored.ToJson();
}

TEST_P(AfterACrash, TheMigrationIsCompletedAndCountedAsAWhole) {
  Ok(store().ReplaceAll(std::vector{OldUser("user_1"), OldUser("user_2"), OldUser("user_3")}, {}, {}));
  Document set = Doc("created_at", mongo::Date{1'700'000'000'000});
  set.Add("schema_version", std::int32_t{1}).Add("migration", NewUlid());
  Claim(mongo::kMigrates, set);
  auto server = Server();
  Ok(server.UpdateOne(mongo::kUsers, Doc("_id", "user_2"), Doc("$set", set)));
  EXPECT_EQ(Ok(store().MigrateUsers(kKey)), 3);
  EXPECT_EQ(Ok(store().GetUser("user_3")).user.created_at, 1'700'000'000'000);
  Ok(store().ClearAll({}));
  EXPECT_EQ(Ok(store().MigrateUsers(kKey)), 3) << "the first answer, also when nobody is left to count";
}

TEST_P(AfterACrash, AReplacementIsCompletedInItsOrder) {
  const User gone = Ok(store().AddUser(Alice(), {}));
  Ok(store().PlaceOrder({gone.user_id, Money::FromCents(1)}, {}));
  const std::vector users = {OldUser("user_1"), OldUser("user_2")};
  const std::vector orders = {OrderOf("user_1", "order_1", 100), OrderOf("user_2", "order_2", 200)};
  const std::string border = NewUlid();
  Claim(mongo::kReplaces, Doc("border", border));
  auto server = Server();
  Ok(server.Insert(mongo::kUsers, ToDocument(users[1], border + "00000001")));
  Ok(store().ReplaceAll(users, orders, kKey));
  EXPECT_EQ(CodeOf(store().GetUser(gone.user_id)), ErrorCode::kNotFound);
  const auto listed = Ok(store().ListUsers({})).items;
  ASSERT_EQ(listed.size(), 2u);
  EXPECT_EQ(listed[0].user.user_id, "user_2");
  EXPECT_EQ(Ok(store().CountAll()).orders, 2);
}

TEST_P(AfterACrash, AnOrderTakesTheIdOfAnotherUsersOldOne) {
  Ok(store().ReplaceAll(std::vector{OldUser("user_1")}, std::vector{OrderOf("user_1", "order_1", 100)}, {}));
  Ok(store().ReplaceAll(std::vector{OldUser("user_2")}, std::vector{OrderOf("user_2", "order_1", 200)}, {}));
  EXPECT_EQ(Ok(store().GetOrder("user_2", "order_1")).amount, Money::FromCents(200));
  EXPECT_EQ(Ok(store().CountAll()).orders, 1);
}

TEST_P(AfterACrash, AClearingRemovesOrdersWhoseUserIsGone) {
  auto server = Server();
  Ok(server.Insert(mongo::kOrders, ToDocument(OrderOf("nobody", "order_1", 100), NewUlid())));
  EXPECT_TRUE(Ok(store().ListOrders({})).items.empty()) << "and no list shows them";
  Ok(store().ClearAll({}));
  EXPECT_EQ(Ok(store().CountAll()).orders, 0);
}

TEST_P(AfterACrash, ARecordOfAClockThatIsAheadIsClearedToo) {
  auto server = Server();
  Ok(server.Insert(mongo::kUsers, ToDocument(OldUser("user_1"), FormatUlid(WallClockNow() + 3'600'000, 0, 0))));
  Ok(store().ClearAll({}));
  EXPECT_EQ(Ok(store().CountAll()).users, 0);
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(AfterACrash);
INSTANTIATE_TEST_SUITE_P(Mongo, AfterACrash, testing::ValuesIn(GivenTestServers()),
                         [](const auto& servers) { return servers.param.name; });

}  // namespace
}  // namespace demo
