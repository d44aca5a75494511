#include "cache/generations.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace demo {
namespace {

Generations::Slots SlotsOf(std::initializer_list<Generations::Slot> ids) {
  Generations::Slots slots;
  for (const Generations::Slot id : ids) slots.Add(id);
  return slots;
}

TEST(Generations, AStampIsCurrentUntilOneOfItsTagsIsRaised) {
  Generations generations;
  const auto orders = Generations::SlotOf(Tag::kOrders);
  const auto users = Generations::SlotOf(Tag::kUsers);
  const auto stamp = generations.Read(SlotsOf({users, orders}));
  EXPECT_TRUE(generations.IsCurrent(stamp));
  generations.Raise(Generations::SlotOf(Tag::kHosts));
  EXPECT_TRUE(generations.IsCurrent(stamp));
  generations.Raise(orders);
  EXPECT_FALSE(generations.IsCurrent(stamp));
  EXPECT_TRUE(generations.IsCurrent(generations.Read(SlotsOf({users, orders}))));
}

TEST(Generations, OneUserLeavesTheOthersAndTheSetsAlone) {
  Generations generations;
  const auto one = Generations::SlotOfUser("user_1");
  const auto two = Generations::SlotOfUser("user_2");
  ASSERT_NE(one, two);
  const auto stamp_one = generations.Read(SlotsOf({one}));
  const auto stamp_two = generations.Read(SlotsOf({two, Generations::SlotOf(Tag::kAll)}));
  generations.Raise(one);
  EXPECT_FALSE(generations.IsCurrent(stamp_one));
  EXPECT_TRUE(generations.IsCurrent(stamp_two));
}

TEST(Generations, UsersShareTheTableEvenlyAndNeverThePlacesOfTheSets) {
  std::set<Generations::Slot> used;
  for (int i = 0; i < 100'000; ++i) {
    const auto slot = Generations::SlotOfUser("user_" + std::to_string(i));
    ASSERT_LT(slot, Generations::kSlots);
    ASSERT_GT(slot, static_cast<Generations::Slot>(Tag::kAll));
    used.insert(slot);
  }
  EXPECT_GT(used.size(), Generations::kSlots - 10);
}

}  // namespace
}  // namespace demo
