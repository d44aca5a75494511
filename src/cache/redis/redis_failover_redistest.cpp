#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <memory>

#include "cache/redis/redis_tier.h"
#include "cache/redis/sentinels.h"
#include "cache/redis/test_gate.h"
#include "cache/redis/test_pod.h"
#include "cache/redis/test_redis.h"

// A primary, a replica and three Sentinels, as in the cluster.
namespace demo::redis {
namespace {

using namespace std::chrono_literals;

class RedisFailoverTest : public testing::Test {
 protected:
  void SetUp() override {
    DEMO_NEEDS_REDIS();
    primary_ = std::make_unique<TestRedis>();
    // The gate lets the replica fall behind.
    gate_ = std::make_unique<TestGate>(primary_->port());
    replica_ = std::make_unique<TestRedis>(
        std::vector<std::string>{"replicaof 127.0.0.1 " + std::to_string(gate_->endpoint().port)});
    for (auto& sentinel : sentinels_) {
      sentinel = std::make_unique<TestRedis>(
          std::vector<std::string>{"sentinel monitor cache 127.0.0.1 " + std::to_string(primary_->port()) + " 2",
                                   "sentinel down-after-milliseconds cache 500",
                                   "sentinel failover-timeout cache 2000"},
          "redis-sentinel");
    }
    ASSERT_TRUE(WaitUntil([&] { return Knows("num-other-sentinels", "2") && Knows("num-slaves", "1"); }, 30s));
  }

  bool Knows(std::string_view what, std::string_view count) {
    for (const auto& sentinel : sentinels_) {
      const Reply said = sentinel->Ask({"SENTINEL", "master", "cache"});
      bool found = false;
      for (std::size_t i = 0; i + 1 < said.items.size(); i += 2) {
        if (said.items[i].text == what) found = said.items[i + 1].text == count;
      }
      if (!found) return false;
    }
    return true;
  }

  RedisOptions Options(std::size_t sentinels = 3) const {
    RedisOptions options;
    for (std::size_t i = 0; i < sentinels; ++i) options.sentinels.push_back(sentinels_[i]->endpoint());
    options.master_name = "cache";
    return options;
  }

  std::unique_ptr<TestRedis> primary_;
  std::unique_ptr<TestGate> gate_;
  std::unique_ptr<TestRedis> replica_;
  std::array<std::unique_ptr<TestRedis>, 3> sentinels_;
};

TEST_F(RedisFailoverTest, FollowsThePrimaryAndKeepsNothingOld) {
  TestStore store;
  TestPod one(store, Options(1));
  TestPod two(store, Options());
  ASSERT_TRUE(one.AwaitUse() && two.AwaitUse()) << one.tier().Status().reason;
  const auto found = [&] { return one.tier().Status(); };
  EXPECT_EQ(found().primary, ToString(primary_->endpoint()));
  EXPECT_TRUE(WaitUntil([&] { return found().replicas.size() == 1 && found().replicas[0].online; }));
  EXPECT_TRUE(WaitUntil([&] { return found().sentinels.size() == 3; })) << "it was told of one";
  EXPECT_TRUE(WaitUntil([&] {
    const auto status = found();
    return std::ranges::all_of(status.sentinels, &SharedTierStatus::Sentinel::answers);
  }));

  one.Read();
  two.Read();
  gate_->Set(TestGate::Mode::kHang);  // from here on the replica knows nothing
  one.Write(1);
  EXPECT_TRUE(WaitUntil([&] { return two.Read() == 1; }, 1s));
  primary_->Kill();
  one.Write(2);
  EXPECT_EQ(one.Read(), 2);
  EXPECT_TRUE(WaitUntil([&] { return two.Read() == 2; }, 1s));
  const std::string promoted = ToString(replica_->endpoint());
  EXPECT_TRUE(WaitUntil([&] { return found().primary == promoted && found().trusted; }, 30s)) << found().reason;
  EXPECT_TRUE(WaitUntil([&] { return two.tier().Status().trusted; }, 10s));
  EXPECT_EQ(one.Read(), 2);
  EXPECT_EQ(two.Read(), 2);
  EXPECT_EQ(found().failovers, 1);
  const std::uint64_t unraised = one.tier().Counts().unraised;
  one.Write(3);
  EXPECT_TRUE(WaitUntil([&] { return two.Read() == 3; }, 1s));
  EXPECT_EQ(one.tier().Counts().unraised, unraised);
}

TEST_F(RedisFailoverTest, HearsOfASwitchWhileTheOldPrimaryLives) {
  TestStore store;
  TestPod pod(store, Options());
  ASSERT_TRUE(pod.AwaitUse());
  // Sentinels mend a replica that follows another address than the primary's, and would do so in between.
  replica_->Ask({"REPLICAOF", "127.0.0.1", std::to_string(primary_->port())});
  const std::string promoted = ToString(replica_->endpoint());
  EXPECT_TRUE(WaitUntil(
      [&] {
        sentinels_[0]->Ask({"SENTINEL", "failover", "cache"});
        std::this_thread::sleep_for(200ms);
        return pod.tier().Status().primary == promoted && pod.tier().Status().trusted;
      },
      60s))
      << pod.tier().Status().primary << ": " << pod.tier().Status().reason;
  EXPECT_EQ(primary_->Ask({"PING"}).text, "PONG");
}

TEST_F(RedisFailoverTest, ASentinelThatNobodyNamesAndThatIsGoneIsForgotten) {
  const RedisOptions options = Options(1);
  Sentinels known(options);
  ASSERT_TRUE(known.FindPrimary().has_value());
  EXPECT_EQ(known.Status().size(), 3u);
  sentinels_[1]->Kill();
  for (int i = 0; i < 6; ++i) known.AskNext();
  EXPECT_EQ(known.Status().size(), 3u) << "the others name it still";
  for (const int alive : {0, 2}) sentinels_[static_cast<std::size_t>(alive)]->Ask({"SENTINEL", "RESET", "cache"});
  EXPECT_TRUE(WaitUntil(
      [&] {
        known.AskNext();
        const auto status = known.Status();
        return status.size() == 2 && std::ranges::all_of(status, &SharedTierStatus::Sentinel::answers);
      },
      30s));
  sentinels_[0]->Kill();
  for (int i = 0; i < 6; ++i) known.AskNext();
  EXPECT_EQ(known.Status().size(), 2u) << "the one that the configuration names stays";
}

TEST_F(RedisFailoverTest, ASentinelThatIsGoneIsDoneWithout) {
  sentinels_[0]->Kill();
  TestStore store;
  TestPod pod(store, Options());
  EXPECT_TRUE(pod.AwaitUse()) << pod.tier().Status().reason;
  RedisOptions wrong = Options();
  wrong.master_name = "another";
  TestPod lost(store, wrong);
  EXPECT_TRUE(
      WaitUntil([&] { return lost.tier().Status().reason.find("REDIS_MASTER_NAME") != std::string::npos; }, 5s));
}

// Half of the pods keep the old primary, half follow the new one: the store's register settles which one counts.
TEST_F(RedisFailoverTest, ASplitIsNoticedWithinASecond) {
  TestStore store;
  TestPod stays(store, {.host = primary_->endpoint()});
  ASSERT_TRUE(stays.AwaitUse());
  stays.Read();
  replica_->Ask({"REPLICAOF", "NO", "ONE"});
  TestPod follows(store, {.host = replica_->endpoint()});
  for (int i = 1; i <= 20; ++i) {
    TestPod& writer = i % 2 == 0 ? stays : follows;
    TestPod& reader = i % 2 == 0 ? follows : stays;
    writer.Write(i);
    EXPECT_EQ(writer.Read(), i);
    EXPECT_TRUE(WaitUntil([&] { return reader.Read() == i; }, 1s)) << i;
    std::this_thread::sleep_for(150ms);
  }
}

}  // namespace
}  // namespace demo::redis
