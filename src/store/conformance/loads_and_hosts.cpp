#include <chrono>
#include <thread>

#include "store/conformance/store_conformance.h"

namespace demo {
namespace {

using std::chrono::seconds;

std::vector<std::string> NamesOf(const std::vector<Host>& hosts) {
  std::vector<std::string> names;
  for (const Host& host : hosts) names.push_back(host.pod);
  return names;
}

TEST_P(StoreConformance, LoadsAPartAndRemembersHowFar) {
  const User user{"user_1", "Alice", "a@b", "France", 1'600'000'000'000, 1};
  const Order order = OrderOf("user_1", "order_1", 7525, 1'600'000'000'001);
  EXPECT_EQ(Ok(store().LoadPosition("load")), 0);
  Ok(store().LoadPart({std::span(&user, 1), std::span(&order, 1), "load", 7}));
  EXPECT_EQ(Ok(store().LoadPosition("load")), 7);
  EXPECT_EQ(Ok(store().LoadPosition("another")), 0);
  EXPECT_EQ(Ok(store().GetUser("user_1")), (UserSummary{user, 1, Money::FromCents(7525)}));
  const Order stored = Ok(store().GetOrder("user_1", "order_1"));
  EXPECT_EQ(stored.created_at, order.created_at);
  EXPECT_EQ(stored.user_name, "Alice");
  Reopen();
  EXPECT_EQ(Ok(store().LoadPosition("load")), 7);
}

TEST_P(StoreConformance, TakesAPartTwice) {
  const std::vector users = {OldUser("user_1")};
  const std::vector orders = {OrderOf("user_1", "order_1", 100), OrderOf("user_1", "order_2", 200)};
  Ok(store().LoadPart({users, orders, "load", 1}));
  const std::vector changed = {OrderOf("user_1", "order_2", 999), OrderOf("user_1", "order_3", 300)};
  Ok(store().LoadPart({users, changed, "load", 1}));
  EXPECT_EQ(Ok(store().GetUser("user_1")), (UserSummary{users[0], 3, Money::FromCents(600)}));
  EXPECT_EQ(Ok(store().CountAll()).users, 1);
}

TEST_P(StoreConformance, LoadsOrdersOfUsersThatCameBefore) {
  Ok(store().LoadPart({std::vector{OldUser("user_1")}, {}, "load", 1}));
  Ok(store().LoadPart({{}, std::vector{OrderOf("user_1", "order_1", 100)}, "load", 2}));
  EXPECT_EQ(Ok(store().GetUser("user_1")).order_count, 1);
  EXPECT_EQ(Ok(store().LoadPosition("load")), 2);
}

TEST_P(StoreConformance, LoadsAPartWhollyOrNotAtAll) {
  const auto loaded =
      store().LoadPart({std::vector{OldUser("user_1")}, std::vector{OrderOf("nobody", "order_1", 100)}, "load", 1});
  EXPECT_EQ(CodeOf(loaded), ErrorCode::kNotFound);
  EXPECT_EQ(Ok(store().CountAll()).users, 0);
  EXPECT_EQ(Ok(store().LoadPosition("load")), 0);
}

TEST_P(StoreConformance, ForgetsHowFarALoadCameWithItsData) {
  Ok(store().LoadPart({std::vector{OldUser("user_1")}, {}, "load", 1}));
  Ok(store().ClearAll({}));
  EXPECT_EQ(Ok(store().LoadPosition("load")), 0);
  Ok(store().LoadPart({std::vector{OldUser("user_1")}, {}, "load", 1}));
  Ok(store().ReplaceAll({}, {}, {}));
  EXPECT_EQ(Ok(store().LoadPosition("load")), 0);
}

TEST_P(StoreConformance, ListsHostsByName) {
  Ok(store().RenewHost({"pod-b", "second"}, seconds(60)));
  Ok(store().RenewHost({"pod-a", "first"}, seconds(60)));
  const auto hosts = Ok(store().ListHosts());
  EXPECT_EQ(NamesOf(hosts), (std::vector<std::string>{"pod-a", "pod-b"}));
  EXPECT_EQ(hosts.back().info, "second");
  Ok(store().RemoveHost("pod-a"));
  Ok(store().RemoveHost("never-there"));
  EXPECT_EQ(NamesOf(Ok(store().ListHosts())), std::vector<std::string>{"pod-b"});
}

TEST_P(StoreConformance, SaysWhenTheSetOfHostsChanged) {
  EXPECT_TRUE(Ok(store().RenewHost({"pod-a", "first"}, seconds(60))));
  EXPECT_FALSE(Ok(store().RenewHost({"pod-a", "first"}, seconds(60))));
  EXPECT_TRUE(Ok(store().RenewHost({"pod-a", "changed"}, seconds(60))));
  EXPECT_TRUE(Ok(store().RenewHost({"pod-a", "changed", true}, seconds(60)))) << "it drains now";
  EXPECT_TRUE(Ok(store().ListHosts()).front().draining);
  EXPECT_TRUE(Ok(store().RenewHost({"pod-a", "changed"}, seconds(60))));
  EXPECT_FALSE(Ok(store().ListHosts()).front().draining);
  EXPECT_TRUE(Ok(store().RenewHost({"pod-b", "second"}, seconds(1))));
  std::this_thread::sleep_for(std::chrono::milliseconds(1300));
  EXPECT_TRUE(Ok(store().RenewHost({"pod-a", "changed"}, seconds(60)))) << "pod-b has gone";
  EXPECT_FALSE(Ok(store().RenewHost({"pod-a", "changed"}, seconds(60))));
}

TEST_P(StoreConformance, SaysHowLongAHostIsSilent) {
  const auto silences = [&] {
    std::vector<std::chrono::milliseconds> all;
    for (const Host& host : Ok(store().ListHosts())) all.push_back(host.silence);
    return all;
  };
  constexpr std::chrono::milliseconds kPause{30};
  Ok(store().RenewHost({"pod-a", ""}, seconds(60)));
  std::this_thread::sleep_for(kPause);
  Ok(store().RenewHost({"pod-b", ""}, seconds(60)));
  // The first time by the store's clock, and then by this process's.
  for (int pauses = 1; pauses < 4; ++pauses) {
    const auto all = silences();
    ASSERT_EQ(all.size(), 2u);
    EXPECT_GE(all[0], pauses * kPause - std::chrono::milliseconds(1)) << "which are cut off";
    EXPECT_LT(all[1], all[0]);
    std::this_thread::sleep_for(kPause);
  }
  const auto listed = SteadyClock::now();
  const auto before = silences();
  Ok(store().RenewHost({"pod-a", ""}, seconds(60)));
  const auto after = silences();
  EXPECT_LE(after[0], SteadyClock::now() - listed);
  EXPECT_GE(after[1], before[1]);
}

TEST_P(StoreConformance, KeepsAHostForItsLifetime) {
  Ok(store().RenewHost({"dies", ""}, seconds(1)));
  Ok(store().RenewHost({"lives", ""}, seconds(60)));
  EXPECT_EQ(Ok(store().ListHosts()).size(), 2u);
  std::this_thread::sleep_for(std::chrono::milliseconds(1300));
  EXPECT_EQ(NamesOf(Ok(store().ListHosts())), std::vector<std::string>{"lives"});
  EXPECT_TRUE(Ok(store().RenewHost({"dies", ""}, seconds(60)))) << "it is new again";
}

}  // namespace
}  // namespace demo
