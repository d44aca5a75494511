#include "cache/hash.h"

#include <gtest/gtest.h>

#include <array>
#include <set>
#include <string>

namespace demo {
namespace {

// Entity tags and the places of generations are compared between processes, releases and pods: these values may change
// only together with a decision to drop every cached copy in the world.
TEST(Hash, ValuesAreForEver) {
  EXPECT_EQ(HashBytes("user_1"), 0xDBC03CDBB2E5CD83ULL);
  EXPECT_EQ(HashBytes("a text of more than sixteen bytes", 7), 0x30A64F78EE7A0DC0ULL);
  EXPECT_EQ(HashBytes128("user_1"), (Hash128{0x70A1E556F15D8EB4ULL, 0x396A29AFE4587092ULL}));
}

TEST(Hash, EveryLengthAndEveryByteCounts) {
  std::set<std::uint64_t> seen;
  std::set<std::uint64_t> seen_high;
  std::string text;
  for (int length = 0; length < 80; ++length, text += '\0') {
    EXPECT_TRUE(seen.insert(HashBytes(text)).second) << length << " zero bytes";
    EXPECT_TRUE(seen_high.insert(HashBytes128(text).high).second) << length << " zero bytes";
    for (std::size_t at = 0; at < text.size(); ++at) {
      std::string other = text;
      other[at] = 1;
      EXPECT_TRUE(seen.insert(HashBytes(other)).second) << "byte " << at << " of " << length;
    }
  }
}

TEST(Hash, SeedsGiveDifferentOrders) { EXPECT_NE(HashBytes("/hosts", 1), HashBytes("/hosts", 2)); }

TEST(Hash, SpreadsEvenlyOverTheHighAndTheLowBits) {
  constexpr int kKeys = 16'000;
  std::array<int, 16> high{};
  std::array<int, 16> low{};
  for (int i = 0; i < kKeys; ++i) {
    const std::uint64_t hash = HashBytes("/api/users/user_" + std::to_string(i));
    ++high[hash >> 60];
    ++low[hash & 15];
  }
  for (std::size_t i = 0; i < 16; ++i) {
    EXPECT_NEAR(high[i], kKeys / 16, kKeys / 100) << i;
    EXPECT_NEAR(low[i], kKeys / 16, kKeys / 100) << i;
  }
}

}  // namespace
}  // namespace demo
