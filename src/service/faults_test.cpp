#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <stdexcept>
#include <thread>

#include "service/change_feed.h"
#include "service/health.h"
#include "service/live_stats.h"
#include "service/topology_watch.h"

// What is called by the service's own threads throws now and then. The process lives, and each thread goes on.
namespace demo {
namespace {

using namespace std::chrono_literals;

bool Eventually(const std::function<bool()>& condition) {
  const SteadyTime end = SteadyClock::now() + 20s;
  while (!condition() && SteadyClock::now() < end) std::this_thread::sleep_for(1ms);
  return condition();
}

TEST(Faults, ALookOfTheHealthMonitorThatThrowsIsABadOne) {
  std::atomic<bool> broken{true};
  HealthMonitor health(
      [&]() -> Result<void> {
        if (broken) throw std::runtime_error("broken");
        return {};
      },
      {.interval = 1ms, .max_age = 60s});
  EXPECT_TRUE(Eventually([&] { return health.Current().checks.at(0).detail == "broken"; }));
  broken = false;
  EXPECT_TRUE(Eventually([&] { return health.Current().status == Readiness::Status::kReady; }));
}

TEST(Faults, ALookAtTheStoreThatThrowsIsABadOne) {
  std::atomic<bool> broken{true};
  TopologyWatch watch(
      [&]() -> Result<Topology> {
        if (broken) throw 1;
        return Topology();
      },
      1ms);
  watch.Refresh();
  EXPECT_FALSE(watch.Current().current);
  broken = false;
  EXPECT_TRUE(Eventually([&] { return watch.Current().current; }));
}

TEST(Faults, ADrawingThatThrowsIsLeftOut) {
  std::atomic<int> drawings{0};
  std::atomic<int> published{0};
  ChangeFeed feed({.draw = [&]() -> Drawn {
                     if (drawings++ < 3) throw std::runtime_error("broken");
                     return {{"part", "drawn"}};
                   },
                   .watchers = [] { return 1; },
                   .publish = [&](const auto&) { ++published; }},
                  {.interval = 1ms});
  EXPECT_TRUE(Eventually([&] { return published > 0; }));
}

TEST(Faults, ASecondThatCannotBeToldIsLeftOut) {
  LiveStats live({.interval = 1ms});
  std::atomic<int> told{0};
  const std::jthread publishing = live.Start({.read = [] { return LiveCounters(); },
                                              .watchers = [] { return 1; },
                                              .publish =
                                                  [&](const auto&) {
                                                    if (told++ < 3) throw std::runtime_error("broken");
                                                  }});
  EXPECT_TRUE(Eventually([&] { return told > 5; }));
}

}  // namespace
}  // namespace demo
