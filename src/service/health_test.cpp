#include "service/health.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <semaphore>

namespace demo {
namespace {

using namespace std::chrono_literals;
using Status = Readiness::Status;

/// Waits for `condition`, for far longer than it can take.
bool Eventually(const std::function<bool()>& condition) {
  const SteadyTime end = SteadyClock::now() + 10s;
  while (SteadyClock::now() < end) {
    if (condition()) return true;
    std::this_thread::sleep_for(1ms);
  }
  return condition();
}

constexpr HealthOptions kFast{.interval = 1ms, .max_age = 60s};

TEST(Health, FollowsTheStore) {
  std::atomic<bool> good{true};
  HealthMonitor health(
      [&]() -> Result<void> {
        if (good) return {};
        return Fail(ErrorCode::kUnavailable, "disk full");
      },
      kFast);
  EXPECT_TRUE(Eventually([&] { return health.Current().status == Status::kReady; }));
  EXPECT_EQ(health.Current().checks.at(0).name, "store");
  EXPECT_EQ(health.Current().checks.at(0).detail, "");

  good = false;
  EXPECT_TRUE(Eventually([&] { return health.Current().status == Status::kUnavailable; }));
  const HealthCheck bad = health.Current().checks.at(0);
  EXPECT_FALSE(bad.ok);
  EXPECT_EQ(bad.detail, "disk full");
  EXPECT_GT(bad.since, 0);

  good = true;
  EXPECT_TRUE(Eventually([&] { return health.Current().status == Status::kReady; }));
  EXPECT_GE(health.Current().checks.at(0).since, bad.since);
}

TEST(Health, AHangingLookMakesTheLastGoodOneOldAndNothingPilesUp) {
  std::binary_semaphore hang(0);
  std::atomic<int> looks{0};
  HealthMonitor health(
      [&]() -> Result<void> {
        if (++looks == 2) hang.acquire();
        return {};
      },
      {.interval = 1ms, .max_age = 30ms});
  EXPECT_TRUE(Eventually([&] { return looks == 2 && health.Current().status == Status::kUnavailable; }));
  EXPECT_THAT(health.Current().checks.at(0).detail, testing::HasSubstr("has not answered for"));
  std::this_thread::sleep_for(20ms);
  EXPECT_EQ(looks, 2);
  hang.release();
  EXPECT_TRUE(Eventually([&] { return looks > 2 && health.Current().status == Status::kReady; }));
}

TEST(Health, BeginsNoLookAfterTheEnd) {
  std::binary_semaphore hang(0);
  std::atomic<int> looks{0};
  {
    HealthMonitor health(
        [&]() -> Result<void> {
          if (++looks == 1) hang.acquire();
          return {};
        },
        kFast);
    EXPECT_TRUE(Eventually([&] { return looks == 1; }));
    health.EndLooks();
    hang.release();
    std::this_thread::sleep_for(20 * kFast.interval);
  }
  EXPECT_EQ(looks, 1);
}

TEST(Health, IsNotReadyBeforeTheFirstLook) {
  std::binary_semaphore hang(0);
  HealthMonitor health([&]() -> Result<void> {
    hang.acquire();
    return {};
  });
  EXPECT_EQ(health.Current().status, Status::kUnavailable);
  EXPECT_EQ(health.Current().checks.at(0).detail, "not looked at yet");
  hang.release();
}

TEST(Health, DrainingIsNotReadyForGood) {
  HealthMonitor health([]() -> Result<void> { return {}; }, kFast);
  ASSERT_TRUE(Eventually([&] { return health.Current().status == Status::kReady; }));
  health.BeginDrain();
  EXPECT_EQ(health.Current().status, Status::kDraining);
  EXPECT_TRUE(health.Current().checks.at(0).ok);
}

}  // namespace
}  // namespace demo
