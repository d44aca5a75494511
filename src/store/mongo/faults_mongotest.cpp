#include "base/store_work.h"
#include "store/mongo/test_servers.h"

namespace demo {
namespace {

using mongo::Doc;
using mongo::Document;

/// On servers that let tests break them (enableTestCommands); skipped on others.
class Faults : public testing::TestWithParam<TestServers> {
 protected:
  void SetUp() override {
    Ok(store().Ping());
    if (!Fail("nothing", 0)) GTEST_SKIP() << "the server takes no configureFailPoint";
  }
  void TearDown() override { (void)Fail("nothing", 0); }
  Store& store() { return under_test_.store(); }

  /// Cuts the connection at the next `times` commands of this name, after they were read and before they are done.
  bool Fail(const std::string& command, int times) {
    Document data;
    data.AddArray("failCommands", std::vector{command}).Add("closeConnection", true);
    Document fail_point = Doc("configureFailPoint", "failCommand");
    fail_point.Add("mode", Doc("times", std::int32_t{times})).Add("data", data);
    return Connect(*SharedClientsOf(*GetParam().uri())).Run(fail_point, "admin").has_value();
  }

  MongoUnderTest under_test_{*GetParam().uri()};
};

TEST_P(Faults, AWriteThatBreaksOnceIsSentAgainAndCounted) {
  ASSERT_TRUE(Fail("insert", 1));
  store_work::Take();
  const User user = Ok(store().AddUser(Alice(), {}));
  const auto work = store_work::Take();
  EXPECT_EQ(work.commands, 2);
  EXPECT_EQ(work.retries, 1);
  EXPECT_EQ(Ok(store().CountAll()).users, 1);
  EXPECT_EQ(Ok(store().GetUser(user.user_id)).user, user);
}

TEST_P(Faults, AReadThatBreaksOnceIsSentAgain) {
  const User user = Ok(store().AddUser(Alice(), {}));
  ASSERT_TRUE(Fail("find", 1));
  EXPECT_EQ(Ok(store().GetUser(user.user_id)).user, user);
}

TEST_P(Faults, AWriteThatBreaksAgainIsUnavailableAndItsKeySettlesIt) {
  const User user = Ok(store().AddUser(Alice(), {}));
  const NewOrder order{user.user_id, Money::FromCents(7525)};
  const IdempotencyKey key{"key", "f"};
  for (const int broken : {2, 4}) {  // the claim, or what it claims
    ASSERT_TRUE(Fail("insert", broken));
    EXPECT_EQ(CodeOf(store().PlaceOrder(order, key)), ErrorCode::kUnavailable);
  }
  ASSERT_TRUE(Fail("nothing", 0));
  const Order placed = Ok(store().PlaceOrder(order, key));
  EXPECT_EQ(Ok(store().PlaceOrder(order, key)), placed);
  EXPECT_EQ(Ok(store().GetUser(user.user_id)).order_count, 1);
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(Faults);
INSTANTIATE_TEST_SUITE_P(Mongo, Faults, testing::ValuesIn(GivenTestServers()),
                         [](const auto& servers) { return servers.param.name; });

}  // namespace
}  // namespace demo
