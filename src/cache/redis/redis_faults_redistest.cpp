#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/number.h"
#include "cache/redis/redis_tier.h"
#include "cache/redis/replication.h"
#include "cache/redis/test_gate.h"
#include "cache/redis/test_pod.h"
#include "cache/redis/test_redis.h"

// What may go wrong with Redis, each as it comes: a miss, never more than a moment, and well again by itself.
namespace demo::redis {
namespace {

using namespace std::chrono_literals;
using Breaker = SharedTierStatus::Breaker;
using testing::HasSubstr;

class RedisFaultsTest : public testing::Test {
 protected:
  void SetUp() override { DEMO_NEEDS_REDIS(); }

  static bool IsClosed(TestPod& pod) { return pod.tier().Status().breaker == Breaker::kClosed; }
  static bool ComesBack(TestPod& pod) {
    return WaitUntil([&] { return IsClosed(pod) && pod.tier().Status().trusted; }, 5s);
  }

  /// Reads and writes while something is wrong: all is right for this process, whatever Redis does.
  static void Work(TestPod& pod, TestStore& store, std::chrono::milliseconds duration) {
    const SteadyTime until = SteadyClock::now() + duration;
    std::int64_t value = store.value;
    do {
      pod.Write(++value);
      ASSERT_EQ(pod.Read(), value);
      ASSERT_EQ(pod.Read(), value);
    } while (SteadyClock::now() < until);
  }
};

using Mode = TestGate::Mode;

class RedisGateTest : public RedisFaultsTest, public testing::WithParamInterface<Mode> {
 protected:
  void SetUp() override { RedisFaultsTest::SetUp(); }
};

TEST_P(RedisGateTest, IsAMissAndHealsByItself) {
  TestRedis redis;
  TestGate gate(redis.port());
  TestStore store;
  TestPod pod(store, {.host = gate.endpoint()});
  TestPod other(store, {.host = redis.endpoint()});
  ASSERT_TRUE(pod.AwaitUse() && other.AwaitUse());
  Work(pod, store, 20ms);

  gate.Set(GetParam());
  Work(pod, store, 1500ms);
  EXPECT_FALSE(IsClosed(pod));
  EXPECT_NE(pod.tier().Status().reason, "");
  EXPECT_GT(pod.tier().Counts().unraised, 0U);
  // The breaker opened a few times at most; all the other calls were spared.
  EXPECT_LT(pod.tier().Counts().errors, 10U);
  const std::int64_t last = store.value;
  EXPECT_TRUE(WaitUntil([&] { return other.Read() == last; }, 1s)) << "the other one hears of it through the store";

  gate.Set(Mode::kOpen);
  EXPECT_TRUE(ComesBack(pod)) << pod.tier().Status().reason;
  const std::uint64_t unraised = pod.tier().Counts().unraised;
  EXPECT_TRUE(WaitUntil([&] { return other.tier().Status().trusted; }, 5s));
  Work(pod, store, 20ms);
  EXPECT_EQ(pod.tier().Counts().unraised, unraised);
}

INSTANTIATE_TEST_SUITE_P(Each, RedisGateTest,
                         testing::Values(Mode::kRefuse, Mode::kHang, Mode::kCut, Mode::kSlow, Mode::kTrickle,
                                         Mode::kGarbage));

TEST_F(RedisFaultsTest, AFrozenServerCostsOneDeadline) {
  TestRedis redis;
  TestStore store;
  TestPod pod(store, {.host = redis.endpoint()});
  ASSERT_TRUE(pod.AwaitUse());
  pod.Read();
  redis.Freeze();
  Work(pod, store, 1000ms);
  EXPECT_LT(pod.tier().Counts().errors, 6U);
  redis.Resume();
  EXPECT_TRUE(ComesBack(pod));
}

TEST_F(RedisFaultsTest, APausedServer) {
  TestRedis redis;
  TestStore store;
  TestPod pod(store, {.host = redis.endpoint()});
  ASSERT_TRUE(pod.AwaitUse());
  redis.Ask({"CLIENT", "PAUSE", "1500", "WRITE"});
  Work(pod, store, 1000ms);
  EXPECT_FALSE(IsClosed(pod));
  EXPECT_TRUE(ComesBack(pod));
  Work(pod, store, 20ms);
}

TEST_F(RedisFaultsTest, AnotherKindOfValueUnderAKeyIsAMissAndOverwritten) {
  TestRedis redis;
  TestStore store;
  TestPod pod(store, {.host = redis.endpoint()});
  TestPod other(store, {.host = redis.endpoint()});
  ASSERT_TRUE(pod.AwaitUse() && other.AwaitUse());
  pod.Read();
  const Reply keys = redis.Ask({"KEYS", "demo-app:*:/n"});
  ASSERT_TRUE(keys.IsList(1));
  const std::string key = keys.items[0].text;
  redis.Ask({"DEL", key});
  redis.Ask({"LPUSH", key, "a"});
  EXPECT_EQ(other.Read(), 0);
  EXPECT_TRUE(IsClosed(other));
  EXPECT_EQ(redis.Ask({"TYPE", key}).text, "string");
  redis.Ask({"SET", key, "garbage", "PX", "60000"});
  other.Write(1);
  EXPECT_EQ(other.Read(), 1);
  EXPECT_TRUE(IsClosed(other));
}

TEST_F(RedisFaultsTest, AnotherKindOfValueInPlaceOfTheGenerations) {
  TestRedis redis;
  TestStore store;
  TestPod pod(store, {.host = redis.endpoint()});
  ASSERT_TRUE(pod.AwaitUse());
  redis.Ask({"SET", "demo-app:generations", "text"});
  Work(pod, store, 300ms);
  EXPECT_THAT(pod.tier().Status().reason, HasSubstr("WRONGTYPE"));
  redis.Ask({"DEL", "demo-app:generations"});
  EXPECT_TRUE(ComesBack(pod));
}

TEST_F(RedisFaultsTest, AnEvictedEpochStartsAnEmptyCache) {
  TestRedis redis;
  TestStore store;
  TestPod pod(store, {.host = redis.endpoint()});
  TestPod other(store, {.host = redis.endpoint()});
  ASSERT_TRUE(pod.AwaitUse() && other.AwaitUse());
  pod.Read();
  redis.Ask({"DEL", "demo-app:generations"});
  store.value = 1;
  pod.Raise(Tag::kUsers);
  EXPECT_EQ(pod.Read(), 1);
  EXPECT_TRUE(WaitUntil([&] { return other.Read() == 1; }, 1s));
  EXPECT_TRUE(ComesBack(pod) && ComesBack(other));
}

TEST_F(RedisFaultsTest, AFullServer) {
  TestRedis redis({"maxmemory-policy noeviction"});
  TestStore store;
  TestPod pod(store, {.host = redis.endpoint()});
  ASSERT_TRUE(pod.AwaitUse());
  redis.Ask({"CONFIG", "SET", "maxmemory", "1"});
  Work(pod, store, 300ms);
  EXPECT_THAT(pod.tier().Status().reason, HasSubstr("OOM"));
  redis.Ask({"CONFIG", "SET", "maxmemory", "0"});
  EXPECT_TRUE(ComesBack(pod));
}

TEST_F(RedisFaultsTest, AServerThatBecameAReplica) {
  TestRedis redis;
  TestRedis elsewhere;
  TestStore store;
  TestPod pod(store, {.host = redis.endpoint()});
  ASSERT_TRUE(pod.AwaitUse());
  redis.Ask({"REPLICAOF", "127.0.0.1", std::to_string(elsewhere.port())});
  Work(pod, store, 500ms);
  EXPECT_FALSE(IsClosed(pod));
  redis.Ask({"REPLICAOF", "NO", "ONE"});
  EXPECT_TRUE(ComesBack(pod));
  EXPECT_GE(pod.tier().Status().failovers, 1);
}

TEST_F(RedisFaultsTest, AServerThatAsksForAPassword) {
  TestRedis redis({"requirepass s3cret"});
  TestStore store;
  TestPod without(store, {.host = redis.endpoint()});
  Work(without, store, 300ms);
  EXPECT_THAT(without.tier().Status().reason, HasSubstr("NOAUTH"));
  TestPod wrong(store, {.host = redis.endpoint(), .password = "another-secret"});
  Work(wrong, store, 300ms);
  EXPECT_THAT(wrong.tier().Status().reason, HasSubstr("WRONGPASS"));
  EXPECT_THAT(wrong.tier().Status().reason, testing::Not(HasSubstr("secret")));
  TestPod right(store, {.host = redis.endpoint(), .password = "s3cret"});
  EXPECT_TRUE(right.AwaitUse());
}

// The least that a user needs; docs/guide.md names it.
TEST_F(RedisFaultsTest, AUserWithNoMoreThanItNeeds) {
  TestRedis redis(
      {"user default off",
       "user app on >s3cret ~demo-app:* &demo-app:* -@all +auth +ping +info +role +multi +exec +hsetnx +hget +hmget "
       "+hincrby +getrange +pttl +set +publish +subscribe"});
  TestStore store;
  TestPod pod(store, {.host = redis.endpoint(), .username = "app", .password = "s3cret"});
  ASSERT_TRUE(pod.AwaitUse()) << pod.tier().Status().reason;
  Work(pod, store, 50ms);
  EXPECT_EQ(pod.tier().Counts().errors, 0U);
  EXPECT_GT(pod.tier().Counts().stored, 0U);
}

/// A server that looks well, and refuses one command from the start.
class RedisRefusesTest : public RedisFaultsTest, public testing::WithParamInterface<const char*> {
 protected:
  void SetUp() override { RedisFaultsTest::SetUp(); }
  static std::int64_t Connections(const TestRedis& redis) {
    return ReadNumber<std::int64_t>(InfoField(redis.Ask({"INFO", "stats"}).text, "total_connections_received"), 0,
                                    INT64_MAX)
        .value_or(-1);
  }
};

TEST_P(RedisRefusesTest, IsAskedMoreAndMoreSeldom) {
  TestRedis redis({std::string("user app on >s3cret ~demo-app:* &demo-app:* +@all -") + GetParam()});
  TestStore store;
  TestPod pod(store, {.host = redis.endpoint(), .username = "app", .password = "s3cret"});
  WaitUntil([&] { return IsClosed(pod); }, 1s);
  const SteadyTime until = SteadyClock::now() + 2s;
  for (int i = 0; SteadyClock::now() < until; ++i) EXPECT_EQ(pod.Read("/n?" + std::to_string(i)), 0);
  Work(pod, store, 2s);
  EXPECT_LT(pod.tier().Counts().errors, 15U);
  // Two of the watch each time, and one of a worker.
  EXPECT_LT(Connections(redis), 45);
  EXPECT_GT(Connections(redis), 0);
  redis.Ask({"ACL", "SETUSER", "app", "+@all"});
  EXPECT_TRUE(ComesBack(pod)) << pod.tier().Status().reason;
}

INSTANTIATE_TEST_SUITE_P(Each, RedisRefusesTest, testing::Values("hmget", "set", "hincrby", "ping"),
                         [](const auto& command) { return std::string(command.param); });

TEST_F(RedisFaultsTest, LargeAnswersStayInTheProcess) {
  TestRedis redis;
  TestStore store;
  TestPod pod(store, {.host = redis.endpoint(), .max_value = 10});
  ASSERT_TRUE(pod.AwaitUse());
  pod.Read();
  pod.Read();
  EXPECT_EQ(store.reads, 1);
  EXPECT_EQ(pod.tier().Counts().oversized, 1U);
  EXPECT_EQ(pod.tier().Counts().stored, 0U);
}

}  // namespace
}  // namespace demo::redis
