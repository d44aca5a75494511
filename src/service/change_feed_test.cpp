#include "service/change_feed.h"

#include <gmock/gmock.h>

#include <atomic>
#include <functional>
#include <mutex>
#include <vector>

#include "base/clock.h"

namespace demo {
namespace {

using namespace std::chrono_literals;
using testing::Each;
using testing::ElementsAre;

/// Something that is shown, as the test wants it.
class ChangeFeedTest : public testing::Test {
 protected:
  ChangeFeed::Hooks Hooks() {
    return {.draw =
                [this] {
                  const std::lock_guard lock(mutex_);
                  ++drawings_;
                  return drawn_;
                },
            .watchers = [this] { return watchers_.load(); },
            .publish =
                [this](const std::shared_ptr<const std::string>& event) {
                  const std::lock_guard lock(mutex_);
                  events_.push_back(*event);
                }};
  }
  void Draw(const std::string& name, const std::string& part) {
    const std::lock_guard lock(mutex_);
    drawn_[name] = part;
  }
  std::vector<std::string> Events() {
    const std::lock_guard lock(mutex_);
    return events_;
  }
  int Drawings() {
    const std::lock_guard lock(mutex_);
    return drawings_;
  }
  static bool Eventually(const std::function<bool()>& condition) {
    const SteadyTime end = SteadyClock::now() + 10s;
    while (!condition() && SteadyClock::now() < end) std::this_thread::sleep_for(1ms);
    return condition();
  }

  std::atomic<int> watchers_{0};
  std::mutex mutex_;
  Drawn drawn_{{"map", "one"}, {"hosts", "two"}};
  int drawings_ = 0;
  std::vector<std::string> events_;
};

constexpr int kNever = 1'000'000;
const std::string kWhole = "event: drawn\ndata: {\"hosts\":\"two\",\"map\":\"one\"}\n\n";

TEST_F(ChangeFeedTest, DrawsNothingWhileNobodyWatches) {
  std::atomic<int> looks = 0;
  ChangeFeed::Hooks hooks = Hooks();
  hooks.watchers = [&] { return ++looks, 0; };
  const ChangeFeed feed(hooks, {1ms, 1});
  ASSERT_TRUE(Eventually([&] { return looks > 10; }));
  EXPECT_EQ(Drawings(), 0);
}

TEST_F(ChangeFeedTest, GivesAllAtFirstAndThenOnlyWhatChanged) {
  watchers_ = 1;
  const ChangeFeed feed(Hooks(), {1ms, kNever});
  ASSERT_TRUE(Eventually([&] { return Drawings() > 20; }));
  EXPECT_THAT(Events(), ElementsAre(kWhole));
  Draw("map", "a new\nline");
  ASSERT_TRUE(Eventually([&] { return Events().size() > 1; }));
  EXPECT_THAT(Events(), ElementsAre(kWhole, "event: drawn\ndata: {\"map\":\"a new\\nline\"}\n\n"));
}

TEST_F(ChangeFeedTest, GivesAllAgainWhenTheWatchersChange) {
  watchers_ = 1;
  const ChangeFeed feed(Hooks(), {1ms, kNever});
  ASSERT_TRUE(Eventually([&] { return !Events().empty(); }));
  watchers_ = 2;
  ASSERT_TRUE(Eventually([&] { return Events().size() > 1; }));
  EXPECT_THAT(Events(), ElementsAre(kWhole, kWhole));
}

TEST_F(ChangeFeedTest, GivesAllNowAndThen) {
  watchers_ = 1;
  const ChangeFeed feed(Hooks(), {1ms, 10});
  ASSERT_TRUE(Eventually([&] { return Drawings() > 50; }));
  const auto events = Events();
  EXPECT_THAT(events, Each(kWhole));
  EXPECT_GE(events.size(), 4U);
  EXPECT_LE(events.size(), 7U);
}

}  // namespace
}  // namespace demo
