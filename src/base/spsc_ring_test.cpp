#include "base/spsc_ring.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <thread>

namespace demo {
namespace {

TEST(SpscRing, GivesInOrderAndRefusesWhenFull) {
  SpscRing<int> ring(4);
  const auto push = [&](int value) { return ring.Push([&](int& place) { place = value; }); };
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 4; ++i) EXPECT_TRUE(push(i));
    EXPECT_FALSE(push(4));
    int expected = 0;
    EXPECT_EQ(ring.Drain([&](int value) { EXPECT_EQ(value, expected++); }), 4U);
    EXPECT_EQ(ring.Drain([](int) { FAIL(); }), 0U);
  }
}

TEST(SpscRing, LosesAndChangesNothingBetweenTwoThreads) {
  struct Item {
    std::uint64_t number;
    std::uint64_t twice;
  };
  constexpr std::uint64_t kItems = 200'000;
  SpscRing<Item> ring(64);
  std::jthread producer([&] {
    for (std::uint64_t i = 0; i < kItems;) {
      if (ring.Push([&](Item& item) { item = {i, 2 * i}; })) {
        ++i;
      } else {
        std::this_thread::yield();
      }
    }
  });
  std::uint64_t next = 0;
  while (next < kItems) {
    ring.Drain([&](const Item& item) {
      ASSERT_EQ(item.number, next);
      ASSERT_EQ(item.twice, 2 * next);
      ++next;
    });
    std::this_thread::yield();
  }
}

}  // namespace
}  // namespace demo
