#include "http/timer_wheel.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <random>
#include <vector>

namespace demo::http {
namespace {

using std::chrono::milliseconds;

struct CountingTimer final : Timer {
  void OnDue() override {
    ++fired;
    if (then) then();
  }
  int fired = 0;
  std::function<void()> then;
};

class TimerWheelTest : public ::testing::Test {
 protected:
  SteadyTime At(int millis) const { return start_ + milliseconds(millis); }

  const SteadyTime start_ = SteadyClock::now();
  TimerWheel wheel_{start_};
};

TEST_F(TimerWheelTest, FiresOnceAndNeverEarly) {
  CountingTimer timer;
  wheel_.Schedule(timer, At(105));
  wheel_.Advance(At(104));
  EXPECT_EQ(timer.fired, 0);
  wheel_.Advance(At(105) + TimerWheel::kTick);
  EXPECT_EQ(timer.fired, 1);
  wheel_.Advance(At(100'000));
  EXPECT_EQ(timer.fired, 1);
}

TEST_F(TimerWheelTest, MovesADeadlineBothWays) {
  CountingTimer timer;
  wheel_.Schedule(timer, At(100));
  wheel_.Schedule(timer, At(1'000));
  wheel_.Advance(At(900));
  EXPECT_EQ(timer.fired, 0);
  wheel_.Schedule(timer, At(5'000));
  wheel_.Schedule(timer, At(950));
  wheel_.Advance(At(1'000));
  EXPECT_EQ(timer.fired, 1);
}

TEST_F(TimerWheelTest, DoesNotFireWhatWasCancelled) {
  CountingTimer first;
  CountingTimer second;
  wheel_.Schedule(first, At(100));
  wheel_.Schedule(second, At(100));
  first.then = [&] { wheel_.Cancel(second); };
  wheel_.Advance(At(200));
  EXPECT_EQ(first.fired, 1);
  EXPECT_EQ(second.fired, 0);
  EXPECT_FALSE(wheel_.NextDue());
}

TEST_F(TimerWheelTest, KeepsDeadlinesBeyondOneTurn) {
  CountingTimer timer;
  wheel_.Schedule(timer, At(300'000));
  for (int now = 0; now < 300'000; now += 10'000) wheel_.Advance(At(now));
  EXPECT_EQ(timer.fired, 0);
  wheel_.Advance(At(300'100));
  EXPECT_EQ(timer.fired, 1);
}

TEST_F(TimerWheelTest, LetsATimerScheduleItselfAgain) {
  CountingTimer timer;
  timer.then = [&] { wheel_.Schedule(timer, At(timer.fired * 100)); };
  wheel_.Schedule(timer, At(0));
  for (int now = 0; now <= 1'000; now += 10) wheel_.Advance(At(now));
  EXPECT_GE(timer.fired, 9);
  EXPECT_LE(timer.fired, 11);
}

TEST_F(TimerWheelTest, NamesTheNextDeadline) {
  EXPECT_FALSE(wheel_.NextDue());
  CountingTimer timer;
  wheel_.Schedule(timer, At(60'000));
  ASSERT_TRUE(wheel_.NextDue());
  EXPECT_GE(*wheel_.NextDue(), At(60'000));
  EXPECT_LE(*wheel_.NextDue(), At(60'000) + TimerWheel::kTick);
  wheel_.Advance(At(59'000));
  EXPECT_GE(*wheel_.NextDue(), At(60'000));
}

// Sleeping each time until NextDue, as a loop does, fires every timer within a tick of its deadline.
TEST_F(TimerWheelTest, FiresManyOnTimeWhenDrivenByNextDue) {
  std::mt19937 random(1);
  SteadyTime now = start_;
  SteadyTime latest = start_;
  std::vector<std::unique_ptr<CountingTimer>> timers;
  for (int i = 0; i < 1'000; ++i) {
    const SteadyTime due = At(static_cast<int>(random() % 200'000));
    CountingTimer& timer = *timers.emplace_back(std::make_unique<CountingTimer>());
    timer.then = [&now, due] {
      EXPECT_GE(now, due);
      EXPECT_LE(now, due + 2 * TimerWheel::kTick);
    };
    wheel_.Schedule(timer, due);
    latest = std::max(latest, due);
  }
  int rounds = 0;
  while (const auto due = wheel_.NextDue()) {
    now = std::max(now, *due);
    wheel_.Advance(now);
    ASSERT_LT(++rounds, 12'000);
  }
  for (const auto& timer : timers) EXPECT_EQ(timer->fired, 1);
  EXPECT_GE(now, latest);
}

}  // namespace
}  // namespace demo::http
