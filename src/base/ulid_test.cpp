#include "base/ulid.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>
#include <vector>

namespace demo {
namespace {

TEST(Ulid, HasTheTextOfItsBits) {
  EXPECT_EQ(FormatUlid(0, 0, 0), "00000000000000000000000000");
  EXPECT_EQ(FormatUlid(0xFFFF'FFFF'FFFF, 0xFFFF, ~0ULL), "7ZZZZZZZZZZZZZZZZZZZZZZZZZ");
  // The example of the specification: 01ARYZ6S41 is 1469918176385.
  EXPECT_EQ(FormatUlid(1'469'918'176'385, 0, 1), "01ARYZ6S410000000000000001");
}

TEST(Ulid, AscendsWithinAProcessAndNeverRepeats) {
  constexpr int kThreads = 4;
  constexpr int kEach = 20'000;
  std::vector<std::vector<std::string>> made(kThreads);
  {
    std::vector<std::jthread> threads;
    for (auto& mine : made) {
      threads.emplace_back([&mine] {
        for (int i = 0; i < kEach; ++i) mine.push_back(NewUlid());
      });
    }
  }
  std::vector<std::string> all;
  for (const auto& mine : made) {
    EXPECT_TRUE(std::ranges::is_sorted(mine));
    all.insert(all.end(), mine.begin(), mine.end());
  }
  std::ranges::sort(all);
  EXPECT_EQ(std::ranges::adjacent_find(all), all.end());
}

}  // namespace
}  // namespace demo
