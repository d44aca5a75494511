#include "base/memory_budget.h"

#include <gtest/gtest.h>

#include <optional>

#include "base/request_memory.h"

namespace demo {
namespace {

using Need = MemoryBudget::Need;

TEST(MemoryBudget, KeepsAPartForWhatIsSmallAndOneForWhatCannotWait) {
  MemoryBudget budget(800);
  EXPECT_TRUE(budget.Take(600, Need::kPatient));
  EXPECT_FALSE(budget.Take(1, Need::kPatient));
  EXPECT_TRUE(budget.Take(100));
  EXPECT_FALSE(budget.Take(1));
  EXPECT_TRUE(budget.Take(100, Need::kSmall));
  EXPECT_FALSE(budget.Take(1, Need::kSmall));
  budget.Give(800);
  EXPECT_EQ(budget.used(), 0u);
}

TEST(MemoryBudget, RefusesWhatIsBeyondAnyNumber) {
  MemoryBudget budget(800);
  ASSERT_TRUE(budget.Take(100));
  EXPECT_FALSE(budget.Take(static_cast<std::size_t>(-50)));
  budget.TakeAnyway(1000);  // beyond the limit
  EXPECT_FALSE(budget.Take(1, Need::kSmall));
  EXPECT_EQ(budget.used(), 1100u);
}

TEST(MemoryBudget, AsksForReliefWhereItIsTight) {
  MemoryBudget budget(1000);
  int asked = 0;
  const std::function<void()> relieve = [&asked] { ++asked; };
  budget.OnTight(&relieve);
  ASSERT_TRUE(budget.Take(700));
  EXPECT_EQ(asked, 0);
  ASSERT_TRUE(budget.Take(100));
  EXPECT_TRUE(budget.IsTight());
  EXPECT_EQ(asked, 1);
}

TEST(MemoryShare, GivesBackOnceWhatItHolds) {
  MemoryBudget budget(1000);
  {
    MemoryShare share(budget);
    ASSERT_TRUE(share.Take(300));
    const MemoryShare moved = std::move(share);
    EXPECT_EQ(moved.bytes(), 300u);
    EXPECT_EQ(budget.used(), 300u);
  }
  EXPECT_EQ(budget.used(), 0u);
}

TEST(LoopShare, TakesInStepsAndAtTheEdgeExactly) {
  MemoryBudget budget(256 * 100);
  {
    LoopShare share(budget);
    ASSERT_TRUE(share.Take(10, Need::kLarge));
    EXPECT_EQ(budget.used(), 100u);
    ASSERT_TRUE(share.Take(80, Need::kLarge));
    EXPECT_EQ(budget.used(), 100u);
    share.Give(90);
    ASSERT_TRUE(share.Take(256 * 100 - 150, Need::kSmall));
    ASSERT_TRUE(share.Take(149, Need::kSmall));
    EXPECT_FALSE(share.Take(100, Need::kSmall));
    share.Give(256 * 100 - 1);
    EXPECT_LE(budget.used(), 200u);
  }
  EXPECT_EQ(budget.used(), 0u);
}

TEST(RequestMemory, IsBoundedInAScopeOnly) {
  MemoryBudget budget(64 * 1024);
  EXPECT_TRUE(request_memory::Take(1 << 30));
  {
    const request_memory::Scope scope(budget);
    EXPECT_TRUE(request_memory::Take(100));
    EXPECT_TRUE(request_memory::Take(100));
    EXPECT_EQ(budget.used(), 32u * 1024);
    EXPECT_FALSE(request_memory::Take(64 * 1024));
  }
  EXPECT_EQ(budget.used(), 0u);
}

TEST(RequestMemory, AwaitsWhatItWillTake) {
  MemoryBudget budget(1000 * 1024);
  {
    const request_memory::Scope scope(budget);
    EXPECT_FALSE(request_memory::Await(1000 * 1024, SteadyClock::now()));
    ASSERT_TRUE(request_memory::Await(500 * 1024, SteadyClock::now()));
    EXPECT_TRUE(request_memory::Take(400 * 1024));
    EXPECT_EQ(budget.used(), 500u * 1024);
    request_memory::ShrinkTo(100);
    EXPECT_EQ(budget.used(), 100u);
    EXPECT_TRUE(request_memory::Take(200 * 1024));
    EXPECT_EQ(budget.used(), 200u * 1024 + 100);
  }
  EXPECT_EQ(budget.used(), 0u);
}

}  // namespace
}  // namespace demo
