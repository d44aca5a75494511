#include "cache/redis/agreement.h"

#include <gtest/gtest.h>

#include <memory>

#include "cache/redis/test_pod.h"
#include "cache/redis/test_redis.h"

namespace demo::redis {
namespace {

using namespace std::chrono_literals;

struct Member {
  explicit Member(TestRegister& store_register) : agreement(&store_register, [this] { ++changes; }) {}
  bool Agrees() const { return SteadyClock::now() < agreement.Look().agreed_until; }
  std::atomic<int> changes{0};
  Agreement agreement;
};

TEST(Agreement, AloneEverythingIsAgreed) {
  Agreement agreement(nullptr, [] {});
  EXPECT_EQ(agreement.Look().agreed_until, SteadyTime::max());
  EXPECT_TRUE(agreement.Carried("a"));
  agreement.Announce();
}

TEST(Agreement, TheFirstCarrierIsTakenAtOnce) {
  TestRegister store_register;
  Member one(store_register);
  Member two(store_register);
  EXPECT_FALSE(one.Agrees());
  one.agreement.SetCarrier("a");
  EXPECT_TRUE(WaitUntil([&] { return one.Agrees(); }, 1s));
  EXPECT_FALSE(two.Agrees()) << "it is in touch with nobody";
  two.agreement.SetCarrier("a");
  EXPECT_TRUE(WaitUntil([&] { return two.Agrees(); }, 1s));
  EXPECT_EQ(store_register.Read()->version, 1);
}

TEST(Agreement, WhoCannotRaiseEndsItForAllWithinASecond) {
  TestRegister store_register;
  Member one(store_register);
  Member two(store_register);
  one.agreement.SetCarrier("a");
  two.agreement.SetCarrier("a");
  ASSERT_TRUE(WaitUntil([&] { return one.Agrees() && two.Agrees(); }, 2s));
  one.agreement.SetCarrier("");
  one.agreement.Announce();
  EXPECT_TRUE(WaitUntil([&] { return !two.Agrees(); }, 1s));
  const std::int64_t version = two.agreement.Look().version;
  EXPECT_TRUE(WaitUntil([&] { return two.Agrees(); }, 6s)) << "after a while without announcements";
  EXPECT_GT(two.agreement.Look().version, version) << "what was kept before is dropped";
}

TEST(Agreement, WhileAWriterCannotRaiseNobodyRelies) {
  TestRegister store_register;
  Member writer(store_register);
  Member other(store_register);
  other.agreement.SetCarrier("a");
  ASSERT_TRUE(WaitUntil([&] { return other.Agrees(); }, 2s));
  const int before = store_register.writes;
  const SteadyTime until = SteadyClock::now() + 4s;
  writer.agreement.Announce();
  ASSERT_TRUE(WaitUntil([&] { return !other.Agrees(); }, 1s));
  while (SteadyClock::now() < until) {
    writer.agreement.Announce();
    EXPECT_FALSE(other.Agrees());
    std::this_thread::sleep_for(10ms);
  }
  EXPECT_LE(store_register.writes - before, 6) << "one write a second is enough";
  EXPECT_EQ(store_register.writes_of_watched, 1) << "only the first writer waits for the store";
}

TEST(Agreement, WritersInTouchDoNotPutTheReturnOff) {
  TestRegister store_register;
  Member one(store_register);
  one.agreement.SetCarrier("a");
  ASSERT_TRUE(WaitUntil([&] { return one.Agrees(); }, 2s));
  EXPECT_TRUE(store_register.Write(""));  // one that was cut off, and is not heard of again
  EXPECT_TRUE(WaitUntil([&] { return !one.Agrees(); }, 1s));
  EXPECT_TRUE(WaitUntil(
      [&] {
        EXPECT_TRUE(one.agreement.Carried("a"));
        return one.Agrees();
      },
      5s));
}

TEST(Agreement, ARaiseThroughAReplacedCarrierIsMadeGood) {
  TestRegister store_register;
  Member one(store_register);
  one.agreement.SetCarrier("a");
  ASSERT_TRUE(WaitUntil([&] { return one.Agrees(); }, 2s));
  EXPECT_TRUE(store_register.Write("b"));  // another process' doing
  const std::int64_t replaced = store_register.Read()->version;
  one.agreement.Carried("a");
  SharedRegister::Value seen;
  EXPECT_TRUE(WaitUntil([&] { return (seen = *store_register.Read()).version > replaced; }, 1s));
  EXPECT_EQ(seen.text, "b") << "a new number is enough: all drop what they kept";
}

TEST(Agreement, ARegisterThatWasLostIsFilledAgain) {
  TestRegister store_register;
  EXPECT_TRUE(store_register.Write("x"));
  EXPECT_TRUE(store_register.Write("y"));
  Member one(store_register);
  one.agreement.SetCarrier("a");
  ASSERT_TRUE(WaitUntil([&] { return one.Agrees(); }, 3s));
  store_register.Lose();
  EXPECT_TRUE(WaitUntil([&] { return store_register.Read()->text == "a" && one.Agrees(); }, 3s));
  EXPECT_EQ(one.agreement.Look().version, 1);
}

TEST(Agreement, ASilentStoreEndsNothingThatRedisCarries) {
  TestRegister store_register;
  Member one(store_register);
  one.agreement.SetCarrier("a");
  ASSERT_TRUE(WaitUntil([&] { return one.Agrees(); }, 2s));
  store_register.failing = true;
  std::this_thread::sleep_for(1500ms);
  EXPECT_TRUE(one.Agrees());
  one.agreement.Announce();  // cannot be told now, and so is told later
  store_register.failing = false;
  EXPECT_TRUE(WaitUntil([&] { return store_register.Read()->text.empty(); }, 1s));
}

TEST(Agreement, GoesOnAfterAStoreThatThrows) {
  TestRegister store_register;
  Member one(store_register);
  store_register.throwing = true;
  one.agreement.SetCarrier("a");
  EXPECT_TRUE(WaitUntil([&] { return store_register.thrown > 0; }));
  store_register.throwing = false;
  EXPECT_TRUE(WaitUntil([&] { return one.Agrees(); }));
}

}  // namespace
}  // namespace demo::redis
