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
    if (!Heal()) GTEST_SKIP() << "the server takes no configureFailPoint";
  }
  void TearDown() override { (void)Heal(); }
  Store& store() { return under_test_.store(); }

  /// Cuts the connection at the next `times` commands of this name, after they were read and before they are done.
  bool Cut(const std::string& command, int times) {
    return Set(Doc("times", std::int32_t{times}), command, Doc("closeConnection", true));
  }
  /// The same for all of them after the first `spared`, as long as it is not healed.
  bool CutAfter(const std::string& command, int spared) {
    return Set(Doc("skip", std::int32_t{spared}), command, Doc("closeConnection", true));
  }
  /// Refuses them as a member that has just stepped down.
  bool StepDown(const std::string& command, int times) {
    return Set(Doc("times", std::int32_t{times}), command, Doc("errorCode", std::int32_t{10107}));
  }
  /// Does them, and cannot say whether a majority has them: it stops.
  bool Doubt(const std::string& command, int times) {
    Document doubt = Doc("code", std::int32_t{91});
    doubt.Add("errmsg", "stopping");
    return Set(Doc("times", std::int32_t{times}), command, Doc("writeConcernError", doubt));
  }
  /// Reads the next command of this name, and does it only when nobody waits for the reply any more. (Servers
  /// before 4.2 do it at once.)
  bool Hold(const std::string& command) {
    Document long_time = Doc("blockConnection", true);
    long_time.Add("blockTimeMS", std::int32_t{20'000});
    return Set(Doc("times", std::int32_t{1}), command, long_time);
  }
  /// Does all of them from now on, and never knows whether a majority has them.
  bool LoseTheMajority(const std::string& command) {
    Document timeout = Doc("code", std::int32_t{64});
    timeout.Add("errmsg", "waiting for replication timed out");
    return Set("alwaysOn", command, Doc("writeConcernError", timeout));
  }
  bool Heal() { return Set("off", "nothing", {}); }

  template <typename Mode>
  bool Set(const Mode& mode, const std::string& command, const Document& how) {
    Document data;
    data.AddArray("failCommands", std::vector{command}).AddAll(how);
    Document fail_point = Doc("configureFailPoint", "failCommand");
    fail_point.Add("mode", mode).Add("data", data);
    return Connect(*SharedClientsOf(*GetParam().uri())).Run(fail_point, "admin").has_value();
  }

  MongoUnderTest under_test_{*GetParam().uri()};
};

TEST_P(Faults, AWriteThatBreaksOnceIsSentAgainAndCounted) {
  ASSERT_TRUE(Cut("insert", 1));
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
  ASSERT_TRUE(Cut("find", 1));
  EXPECT_EQ(Ok(store().GetUser(user.user_id)).user, user);
}

// The driver gives up after its second try.
constexpr int kTooMuchForTheDriver = 2;

TEST_P(Faults, AStepDownIsWaitedOut) {
  ASSERT_TRUE(StepDown("insert", kTooMuchForTheDriver));
  store_work::Take();
  Ok(store().AddUser(Alice(), {}));
  EXPECT_EQ(store_work::Take().retries, kTooMuchForTheDriver);
  ASSERT_TRUE(StepDown("aggregate", kTooMuchForTheDriver));
  EXPECT_EQ(Ok(store().ListUsers({})).items.size(), 1U);
  ASSERT_TRUE(StepDown("buildInfo", kTooMuchForTheDriver));
  EXPECT_TRUE(Connect(*SharedClientsOf(*GetParam().uri())).Run(Doc("buildInfo", std::int32_t{1}), "admin"));
}

TEST_P(Faults, AnInsertionWithoutReplyIsTriedOnceMoreAlsoLate) {
  const auto clients = ClientsOf(under_test_.uri());
  ASSERT_TRUE(Hold("insert"));
  // What is left when no primary took writes for some seconds.
  const SteadyTime last_reply = SteadyClock::now() + std::chrono::milliseconds(4500);
  mongo::Connection connection = Ok(mongo::Connection::Of(*clients, last_reply + mongo::limits::kSelection));
  EXPECT_TRUE(Ok(connection.Insert(mongo::kRequests, Doc("_id", "1"))));
  EXPECT_LT(SteadyClock::now(), last_reply);
}

TEST_P(Faults, WhatWasDoneInDoubtIsDoneOnce) {
  ASSERT_TRUE(Doubt("insert", kTooMuchForTheDriver));
  Ok(store().AddUser(Alice(), {}));
  EXPECT_EQ(Ok(store().CountAll()).users, 1);
  ASSERT_TRUE(Doubt("insert", kTooMuchForTheDriver));
  EXPECT_TRUE(Ok(store().RecordRequest({"request", "f"}))) << "it was this call that recorded it";
  EXPECT_FALSE(Ok(store().RecordRequest({"request", "f"})));
}

TEST_P(Faults, WhatNoMajorityHasIsNeverAcknowledged) {
  const User user = Ok(store().AddUser(Alice(), {}));
  const NewOrder order{user.user_id, Money::FromCents(7525)};
  const IdempotencyKey key{"key", "f"};
  ASSERT_TRUE(LoseTheMajority("insert"));
  for (int i = 0; i < 3; ++i) {  // from the second on, the claim and the order are there already
    EXPECT_EQ(CodeOf(store().PlaceOrder(order, key)), ErrorCode::kUnavailable) << i;
    EXPECT_EQ(CodeOf(store().LoadPart({{&user, 1}, {}, "load", 1})), ErrorCode::kUnavailable) << i;
  }
  ASSERT_TRUE(Heal());
  Ok(store().PlaceOrder(order, key));
  EXPECT_EQ(Ok(store().GetUser(user.user_id)).order_count, 1);
}

TEST_P(Faults, AChangeThatNoMajorityHasIsNoneEither) {
  Ok(store().AddUser(Alice(), {}));
  ASSERT_TRUE(LoseTheMajority("update"));
  EXPECT_EQ(CodeOf(store().MigrateUsers({})), ErrorCode::kUnavailable);
  EXPECT_EQ(CodeOf(store().LoadPart({{}, {}, "load", 1})), ErrorCode::kUnavailable);
  ASSERT_TRUE(LoseTheMajority("delete"));
  EXPECT_EQ(CodeOf(store().RemoveHost("pod")), ErrorCode::kUnavailable);
  ASSERT_TRUE(LoseTheMajority("findAndModify"));
  EXPECT_EQ(CodeOf(store().RenewHost({"pod", "info"}, std::chrono::seconds(60))), ErrorCode::kUnavailable);
  EXPECT_EQ(CodeOf(store().shared_register()->Write("text")), ErrorCode::kUnavailable);
}

TEST_P(Faults, AWriteThatBreaksOnIsUnavailableAndItsKeySettlesIt) {
  const User user = Ok(store().AddUser(Alice(), {}));
  const NewOrder order{user.user_id, Money::FromCents(7525)};
  const IdempotencyKey key{"key", "f"};
  for (const int spared : {0, 1}) {  // the claim breaks, or what it claims
    ASSERT_TRUE(CutAfter("insert", spared));
    EXPECT_EQ(CodeOf(store().PlaceOrder(order, key)), ErrorCode::kUnavailable);
  }
  ASSERT_TRUE(Heal());
  const Order placed = Ok(store().PlaceOrder(order, key));
  EXPECT_EQ(Ok(store().PlaceOrder(order, key)), placed);
  EXPECT_EQ(Ok(store().GetUser(user.user_id)).order_count, 1);
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(Faults);
INSTANTIATE_TEST_SUITE_P(Mongo, Faults, testing::ValuesIn(GivenTestServers()),
                         [](const auto& servers) { return servers.param.name; });

}  // namespace
}  // namespace demo
