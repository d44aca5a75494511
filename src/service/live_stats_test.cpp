#include "service/live_stats.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <functional>

namespace demo {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::Each;
using testing::Not;
using testing::StartsWith;

LiveCounters Earlier() {
  LiveCounters counters;
  counters.requests = 1000;
  counters.cache_hits = 10;
  counters.cache_lookups = 50;
  counters.generations = {{"users", 3}, {"orders", 7}};
  return counters;
}

TEST(Live, ASecondIsTheDifferenceOfTwoReadings) {
  LiveCounters later = Earlier();
  later.requests += 300;
  later.errors += 2;
  later.cache_hits += 97;
  later.cache_lookups += 100;
  later.store_reads += 3;
  later.in_flight = 5;
  later.durations[metrics::FineHistogram::BucketOf(20'000)] += 98;
  later.durations[metrics::FineHistogram::BucketOf(2'000'000)] += 2;

  const LiveSecond second = Between(Earlier(), later, 2.0);
  EXPECT_DOUBLE_EQ(second.requests_per_second, 150);
  EXPECT_DOUBLE_EQ(second.errors_per_second, 1);
  EXPECT_DOUBLE_EQ(second.hit_rate, 0.97);
  EXPECT_DOUBLE_EQ(second.store_reads_per_second, 1.5);
  EXPECT_NEAR(second.p50_ms, 0.020, 0.003);
  EXPECT_NEAR(second.p99_ms, 2.0, 0.25);
  EXPECT_EQ(second.in_flight, 5);
}

TEST(Live, WhatIsNotKnownIsNull) {
  EXPECT_EQ(ToJson(Between(Earlier(), Earlier(), 1.0)),
            R"({"time":0,"requests_per_second":0.0,"errors_per_second":0.0,"rejected_per_second":0.0,)"
            R"("store_reads_per_second":0.0,"store_writes_per_second":0.0,"p50_ms":null,"p99_ms":null,)"
            R"("hit_rate":null,"in_flight":0,"queue_depth":0,"connections":0})");
}

/// A service whose numbers the test sets.
class LiveStatsTest : public testing::Test {
 protected:
  LiveStats::Hooks Hooks() {
    return {.read =
                [this] {
                  const std::lock_guard lock(mutex_);
                  ++readings_;
                  return counters_;
                },
            .watchers = [this] { return watchers_.load(); },
            .publish =
                [this](const std::shared_ptr<const std::string>& event) {
                  const std::lock_guard lock(mutex_);
                  events_.push_back(*event);
                }};
  }
  void RaiseOrders() {
    const std::lock_guard lock(mutex_);
    ++counters_.generations[1].second;
  }
  std::vector<std::string> Events() {
    const std::lock_guard lock(mutex_);
    return events_;
  }
  int Readings() {
    const std::lock_guard lock(mutex_);
    return readings_;
  }
  static bool Eventually(const std::function<bool()>& condition) {
    const SteadyTime end = SteadyClock::now() + 10s;
    while (!condition() && SteadyClock::now() < end) std::this_thread::sleep_for(1ms);
    return condition();
  }

  std::atomic<int> watchers_{0};
  std::mutex mutex_;
  LiveCounters counters_ = Earlier();
  int readings_ = 0;
  std::vector<std::string> events_;
};

TEST_F(LiveStatsTest, PublishesOnlyWhileSomebodyWatches) {
  LiveStats live({.interval = 1ms});
  const std::jthread publishing = live.Start(Hooks());
  EXPECT_TRUE(Eventually([&] { return Readings() > 10; }));
  EXPECT_TRUE(Events().empty());
  watchers_ = 1;
  EXPECT_TRUE(Eventually([&] { return Events().size() > 3; }));
  EXPECT_THAT(Events(), Each(StartsWith("event: live\ndata: {\"time\":")));
  for (const std::string& event : Events()) EXPECT_TRUE(event.ends_with("}\n\n"));
}

TEST_F(LiveStatsTest, TellsWhatChangedBeforeTheNumbers) {
  watchers_ = 1;
  LiveStats live({.interval = 1ms});
  const std::jthread publishing = live.Start(Hooks());
  ASSERT_TRUE(Eventually([&] { return Events().size() > 2; }));
  EXPECT_THAT(Events(), Not(Contains(StartsWith("event: changed"))));
  RaiseOrders();
  const std::string expected = "event: changed\ndata: {\"tags\":[\"orders\"]}\n\n";
  EXPECT_TRUE(Eventually([&] { return testing::Matches(Contains(expected))(Events()); }));
}

TEST_F(LiveStatsTest, RemembersTheLastMinuteOnly) {
  LiveStats live({.interval = 1ms, .history = 5});
  const std::jthread publishing = live.Start(Hooks());
  ASSERT_TRUE(Eventually([&] { return Readings() > 20; }));
  const auto history = live.History();
  EXPECT_EQ(history.size(), 5U);
  EXPECT_LE(history.front().time, history.back().time);
}

}  // namespace
}  // namespace demo
