#include <algorithm>
#include <set>

#include "store/conformance/store_conformance.h"

namespace demo {
namespace {

TEST_P(StoreConformance, AddsAUserAsTheMigrationWouldLeaveIt) {
  const UnixMillis before = WallClockNow();
  const User user = Ok(store().AddUser(Alice(), {}));
  EXPECT_TRUE(user.user_id.starts_with("user_")) << user.user_id;
  EXPECT_EQ(user.user_id.size(), 31u);
  EXPECT_EQ(user.name, "Alice Dupont");
  EXPECT_EQ(user.email, "alice@ecam.be");
  EXPECT_EQ(user.country, "France");
  EXPECT_EQ(user.schema_version, 1);
  ASSERT_TRUE(user.created_at.has_value());
  EXPECT_GE(*user.created_at, before);
  EXPECT_LE(*user.created_at, WallClockNow());
  EXPECT_EQ(Ok(store().GetUser(user.user_id)), (UserSummary{user, 0, Money()}));
}

TEST_P(StoreConformance, KeepsEveryCharacter) {
  std::string longest;
  for (int i = 0; i < 200; ++i) longest += "😀";
  for (const std::string& name : {std::string("Zoë Ångström"), std::string("陽菜 佐藤"), std::string("e\u0301"),
                                  longest, std::string("'; DROP TABLE users; --"), std::string("{\"$ne\": 1}")}) {
    const User user = Ok(store().AddUser({name, "a@b", "Côte d'Ivoire"}, {}));
    EXPECT_EQ(user.name, name);
    EXPECT_EQ(Ok(store().GetUser(user.user_id)).user, user);
  }
}

TEST_P(StoreConformance, GivesIdsThatAscendAndNeverCollide) {
  std::vector<std::vector<std::string>> ids(8);
  AtOnce(8, [&](int i) {
    for (int n = 0; n < 20; ++n) ids[static_cast<std::size_t>(i)].push_back(Ok(store().AddUser(Alice(), {})).user_id);
  });
  std::set<std::string> all;
  for (const auto& own : ids) {
    EXPECT_TRUE(std::ranges::is_sorted(own));
    all.insert(own.begin(), own.end());
  }
  EXPECT_EQ(all.size(), 160u);
  EXPECT_EQ(Ok(store().CountAll()).users, 160);
}

TEST_P(StoreConformance, KnowsNoUserThatIsNotThere) {
  for (const char* id : {"user_1", "", "user_%", "\xF0\x9F\x98\x80"}) {
    EXPECT_EQ(CodeOf(store().GetUser(id)), ErrorCode::kNotFound) << id;
  }
}

TEST_P(StoreConformance, ShowsAWriteToEveryReadThatStartsAfter) {
  AtOnce(8, [&](int) {
    for (int n = 0; n < 10; ++n) {
      const User user = Ok(store().AddUser(Alice(), {}));
      EXPECT_EQ(Ok(store().GetUser(user.user_id)).user, user);
    }
  });
}

TEST_P(StoreConformance, MigratesOldRecordsOnce) {
  const std::vector users = {OldUser("user_1"), OldUser("user_2")};
  Ok(store().ReplaceAll(users, {}, {}));
  const User recent = Ok(store().AddUser(Alice(), {}));
  EXPECT_EQ(Ok(store().GetUser("user_1")).user, users[0]);

  EXPECT_EQ(Ok(store().MigrateUsers({})), 2);
  EXPECT_EQ(Ok(store().MigrateUsers({})), 0);
  const User migrated = Ok(store().GetUser("user_1")).user;
  EXPECT_EQ(migrated.schema_version, 1);
  EXPECT_NEAR(static_cast<double>(migrated.created_at.value_or(0)), static_cast<double>(WallClockNow()), 60'000);
  EXPECT_EQ(Ok(store().GetUser(recent.user_id)).user, recent);
}

TEST_P(StoreConformance, ReplacesEverything) {
  const User gone = Ok(store().AddUser(Alice(), {}));
  Ok(store().PlaceOrder({gone.user_id, Money::FromCents(100)}, {}));
  const std::vector users = {OldUser("user_1"), OldUser("user_2")};
  Ok(store().ReplaceAll(users, std::vector{OrderOf("user_2", "order_1", 4500)}, {}));
  EXPECT_EQ(Ok(store().CountAll()), (Totals{2, 1, Ok(store().CountAll()).estimated}));
  EXPECT_EQ(CodeOf(store().GetUser(gone.user_id)), ErrorCode::kNotFound);
  EXPECT_EQ(Ok(store().GetUser("user_2")), (UserSummary{users[1], 1, Money::FromCents(4500)}));
  EXPECT_EQ(Ok(store().ListUsers({})).items.front().user.user_id, "user_2") << "the last of them is the newest";
}

TEST_P(StoreConformance, ReplacesNothingWhenItCannotReplaceAll) {
  const User user = Ok(store().AddUser(Alice(), {}));
  const auto replaced =
      store().ReplaceAll(std::vector{OldUser("user_1")}, std::vector{OrderOf("nobody", "order_1", 100)}, {});
  EXPECT_EQ(CodeOf(replaced), ErrorCode::kNotFound);
  EXPECT_EQ(Ok(store().CountAll()).users, 1);
  EXPECT_EQ(Ok(store().GetUser(user.user_id)).user, user);
}

TEST_P(StoreConformance, ClearsUsersAndOrdersOnly) {
  const User user = Ok(store().AddUser(Alice(), {}));
  const Order order = Ok(store().PlaceOrder({user.user_id, Money::FromCents(100)}, {}));
  Ok(store().RenewHost({"pod-1", "here"}, std::chrono::seconds(60)));
  Ok(store().ClearAll({}));
  EXPECT_EQ(Ok(store().CountAll()).users, 0);
  EXPECT_EQ(Ok(store().CountAll()).orders, 0);
  EXPECT_TRUE(Ok(store().ListUsers({})).items.empty());
  EXPECT_TRUE(Ok(store().ListOrders({})).items.empty());
  EXPECT_EQ(CodeOf(store().GetUser(user.user_id)), ErrorCode::kNotFound);
  EXPECT_EQ(CodeOf(store().GetOrder(user.user_id, order.order_id)), ErrorCode::kNotFound);
  EXPECT_EQ(Ok(store().ListHosts()).size(), 1u);
  Ok(store().ClearAll({}));
  Ok(store().AddUser(Alice(), {}));
  EXPECT_EQ(Ok(store().CountAll()).users, 1);
}

TEST_P(StoreConformance, SurvivesARestart) {
  const User user = Ok(store().AddUser(Alice(), {}));
  const Order order = Ok(store().PlaceOrder({user.user_id, Money::FromCents(12025)}, {}));
  Reopen();
  Ok(store().Ping());
  EXPECT_EQ(Ok(store().GetUser(user.user_id)), (UserSummary{user, 1, Money::FromCents(12025)}));
  EXPECT_EQ(Ok(store().GetOrder(user.user_id, order.order_id)), order);
}

TEST_P(StoreConformance, NamesItsTopology) {
  const Topology topology = Ok(store().DescribeTopology());
  EXPECT_FALSE(topology.connected_to.empty());
  EXPECT_FALSE(topology.version.empty());
}

}  // namespace

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(StoreConformance);

}  // namespace demo
