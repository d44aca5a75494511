#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cache/redis/redis_tier.h"
#include "cache/redis/test_pod.h"
#include "cache/redis/test_redis.h"

namespace demo::redis {
namespace {

using namespace std::chrono_literals;

class RedisTierTest : public testing::Test {
 protected:
  void SetUp() override { DEMO_NEEDS_REDIS(); }
};

TEST_F(RedisTierTest, WhatOneProcessMadeAnotherFinds) {
  TestRedis redis;
  TestStore store;
  TestPod one(store, {.host = redis.endpoint()});
  TestPod two(store, {.host = redis.endpoint()});
  ASSERT_TRUE(one.AwaitUse());
  ASSERT_TRUE(two.AwaitUse());
  EXPECT_EQ(one.Read(), 0);
  EXPECT_EQ(two.Read(), 0);
  EXPECT_EQ(store.reads, 1);
  EXPECT_EQ(two.tier().Counts().hits, 1U);
  EXPECT_EQ(one.tier().Counts().stored, 1U);
  EXPECT_EQ(two.Read(), 0);
  EXPECT_EQ(two.tier().Counts().hits, 1U) << "the second time from its own memory";
}

TEST_F(RedisTierTest, AWriteOfOneIsHeardByTheOther) {
  TestRedis redis;
  TestStore store;
  TestPod one(store, {.host = redis.endpoint()});
  TestPod two(store, {.host = redis.endpoint()});
  ASSERT_TRUE(one.AwaitUse() && two.AwaitUse());
  for (int i = 1; i <= 50; ++i) {
    two.Read();
    one.Write(i);
    EXPECT_EQ(one.Read(), i) << "its own, at once";
    EXPECT_TRUE(WaitUntil([&] { return two.Read() == i; }, 1s));
  }
  EXPECT_EQ(one.tier().Counts().unraised, 0U);
  EXPECT_EQ(one.tier().Counts().errors, 0U);
}

TEST_F(RedisTierTest, WithoutRedisAnAnswerIsKeptForASecond) {
  TestStore store;
  TestPod one(store, {.host = Endpoint{"127.0.0.1", FreePort()}});
  for (int i = 0; i < 100; ++i) one.Read();
  EXPECT_LT(store.reads, 100);
  one.Write(1);
  EXPECT_EQ(one.Read(), 1);
  store.value = 2;
  EXPECT_TRUE(WaitUntil([&] { return one.Read() == 2; }, 1100ms)) << "another process' write, unheard";
  EXPECT_EQ(one.tier().Status().breaker == SharedTierStatus::Breaker::kClosed, false);
  EXPECT_FALSE(one.tier().Status().reason.empty());
}

TEST_F(RedisTierTest, ComesBackWhenRedisDoes) {
  TestRedis redis;
  TestStore store;
  TestPod one(store, {.host = redis.endpoint()});
  ASSERT_TRUE(one.AwaitUse());
  one.Read();
  redis.Kill();
  one.Write(1);
  EXPECT_EQ(one.Read(), 1);
  EXPECT_FALSE(one.tier().Status().breaker == SharedTierStatus::Breaker::kClosed);
  redis.Start();
  EXPECT_TRUE(WaitUntil([&] { return one.tier().Status().trusted; }, 5s));
  EXPECT_TRUE(WaitUntil([&] { return one.tier().Status().breaker == SharedTierStatus::Breaker::kClosed; }, 5s));
  EXPECT_EQ(one.tier().Status().failovers, 1);
  EXPECT_EQ(one.Read(), 1);
}

TEST_F(RedisTierTest, AFlushLeavesNothingOld) {
  TestRedis redis;
  TestStore store;
  TestPod one(store, {.host = redis.endpoint()});
  TestPod two(store, {.host = redis.endpoint()});
  ASSERT_TRUE(one.AwaitUse() && two.AwaitUse());
  one.Read();
  two.Read();
  redis.Ask({"FLUSHALL"});
  one.Write(1);
  EXPECT_EQ(one.Read(), 1);
  EXPECT_TRUE(WaitUntil([&] { return two.Read() == 1; }, 1s));
  EXPECT_TRUE(WaitUntil([&] { return one.tier().Status().trusted && two.tier().Status().trusted; }, 5s));
}

}  // namespace
}  // namespace demo::redis
