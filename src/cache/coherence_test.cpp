#include <gtest/gtest.h>

#include <atomic>
#include <charconv>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "cache/response_cache.h"

namespace demo {
namespace {

constexpr std::string_view kUser = "user_1";

std::shared_ptr<const StoredResponse> AnswerOf(std::int64_t value) {
  auto response = std::make_shared<StoredResponse>();
  response->body = std::to_string(value);
  return response;
}

std::int64_t ValueOf(const StoredResponse& response) {
  std::int64_t value = -1;
  std::from_chars(response.body.data(), response.body.data() + response.body.size(), value);
  return value;
}

/// A store of one number, and what its writers were told.
struct World {
  ResponseCache cache;
  std::atomic<std::int64_t> committed{0};
  std::atomic<std::int64_t> acknowledged{0};
  std::atomic<int> violations{0};
  std::atomic<std::int64_t> reads{0};
  std::atomic<bool> stop{false};

  /// As the dispatcher does it: stamp, look again, read, store.
  std::int64_t Read() {
    const SteadyTime now = SteadyClock::now();
    if (const auto found = cache.Find({"/n"}, now)) return ValueOf(*found->response);
    Generations::Slots slots;
    slots.Add(Generations::SlotOf(Tag::kAll));
    slots.Add(Generations::SlotOf(Tag::kUsers));
    slots.Add(Generations::SlotOfUser(kUser));
    const auto stamp = cache.generations().Read(slots);
    const std::int64_t value = committed.load();
    std::this_thread::yield();  // where a slow reader is overtaken by a write
    cache.Store({"/n"}, AnswerOf(value), stamp, std::chrono::seconds(30), now);
    return value;
  }

  void ReadUntilStopped() {
    while (!stop.load()) {
      const std::int64_t at_least = acknowledged.load();
      if (Read() < at_least) ++violations;
      ++reads;
    }
  }
};

template <typename Raise>
void Hammer(World& world, Raise raise) {
  std::vector<std::jthread> readers;
  for (int i = 0; i < 3; ++i) readers.emplace_back([&] { world.ReadUntilStopped(); });
  while (world.reads.load() < 100) std::this_thread::yield();
  for (std::int64_t n = 1; n <= 3000; ++n) {
    world.committed.store(n);
    raise(n);
    world.acknowledged.store(n);
    if (n % 8 == 0) std::this_thread::yield();
  }
  const std::int64_t reads = world.reads.load();
  while (world.reads.load() < reads + 100) std::this_thread::yield();
  world.stop.store(true);
  readers.clear();
  EXPECT_EQ(world.violations.load(), 0);
  EXPECT_GT(world.cache.Stats(SteadyClock::now()).hits, 0) << "the cache took no part";
}

TEST(Coherence, NoReadIsOlderThanAWriteAcknowledgedBeforeItBegan) {
  World world;
  Hammer(world, [&](std::int64_t n) {
    switch (n % 3) {
      case 0:
        return world.cache.RaiseTag(Tag::kUsers);
      case 1:
        return world.cache.RaiseUser(kUser);
      default:
        return world.cache.Clear();
    }
  });
}

// Shows that the check above can fail: it is the order of raising and acknowledging that holds it up.
TEST(Coherence, TheCheckerSeesAWriteThatRaisesNothing) {
  World world;
  world.Read();
  world.committed.store(1);
  world.acknowledged.store(1);
  EXPECT_LT(world.Read(), world.acknowledged.load());
}

TEST(Coherence, FindingStoringClearingAndCountingAtOnce) {
  ResponseCache cache({.max_bytes = 256UL * 1024});
  std::vector<std::jthread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 3000; ++i) {
        const std::string target = "/" + std::to_string(i * 7 % 500);
        const SteadyTime now = SteadyClock::now();
        Generations::Slots slots;
        slots.Add(Generations::SlotOf(Tag::kAll));
        const auto stamp = cache.generations().Read(slots);
        if (const auto found = cache.Find({target}, now)) {
          ASSERT_EQ(ValueOf(*found->response), i * 7 % 500);
        } else {
          cache.Store({target}, AnswerOf(i * 7 % 500), stamp, std::chrono::seconds(30), now);
        }
        if (t == 0 && i % 500 == 0) cache.Clear();
        if (t == 1 && i % 100 == 0) (void)cache.Stats(now);
        if (t == 2 && i % 50 == 0) (void)cache.FindStale({target}, now);
      }
    });
  }
  threads.clear();
  EXPECT_LE(cache.Stats(SteadyClock::now()).bytes, 256 * 1024);
}

}  // namespace
}  // namespace demo
