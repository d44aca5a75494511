#include "cache/single_flight.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <vector>

namespace demo {
namespace {

using Flights = SingleFlight<int>;
using enum Flights::Boarding;

class SingleFlightTest : public testing::Test {
 protected:
  SingleFlightTest() { slots_.Add(Generations::SlotOf(Tag::kUsers)); }

  Flights::Boarded Board(int waiter, bool may_lead = true) {
    return flights_.Board("/api/users", slots_, [&] { return waiter; }, [&] { return may_lead; }, Always);
  }

  static bool Always(std::size_t) { return true; }

  Generations generations_;
  Generations::Slots slots_;
  Flights flights_{generations_};
};

TEST_F(SingleFlightTest, AThousandMissesAreOneRead) {
  const auto leader = Board(0);
  ASSERT_EQ(leader.boarding, kLeads);
  for (int i = 1; i <= 500; ++i) EXPECT_EQ(Board(i).boarding, kJoined);
  flights_.Begin(*leader.flight);
  for (int i = 501; i <= 1000; ++i) EXPECT_EQ(Board(i).boarding, kJoined);
  const std::vector<int> waiters = flights_.Finish(*leader.flight);
  EXPECT_EQ(waiters.size(), 1001U);
  EXPECT_EQ(waiters.front(), 0);
  EXPECT_EQ(waiters.back(), 1000);
  EXPECT_EQ(Board(0).boarding, kLeads) << "the flight is over";
}

TEST_F(SingleFlightTest, OtherKeysFlyAlone) {
  ASSERT_EQ(Board(0).boarding, kLeads);
  EXPECT_EQ(flights_.Board("/hosts", slots_, [] { return 1; }, [] { return true; }, Always).boarding, kLeads);
}

TEST_F(SingleFlightTest, NobodyJoinsAReadThatBeganBeforeAWrite) {
  const auto before = Board(0);
  flights_.Begin(*before.flight);
  ASSERT_EQ(Board(1).boarding, kJoined);
  generations_.Raise(Generations::SlotOf(Tag::kUsers));
  const auto after = Board(2);
  EXPECT_EQ(after.boarding, kLeads);
  EXPECT_EQ(Board(3).boarding, kJoined);

  EXPECT_EQ(flights_.Finish(*before.flight), (std::vector<int>{0, 1}));
  EXPECT_EQ(Board(4).boarding, kJoined) << "the end of the old flight leaves the new one";
  EXPECT_EQ(flights_.Finish(*after.flight), (std::vector<int>{2, 3, 4}));
}

TEST_F(SingleFlightTest, WhoIsReleasedLeavesTheFlightToThoseWhoCome) {
  const auto leader = Board(0);
  Board(1);
  EXPECT_TRUE(flights_.Release(*leader.flight, [] { return false; }).empty());
  EXPECT_EQ(flights_.Release(*leader.flight, [] { return true; }), (std::vector<int>{0, 1}));
  EXPECT_EQ(Board(2).boarding, kJoined);
  EXPECT_EQ(flights_.Finish(*leader.flight), std::vector<int>{2});
}

TEST_F(SingleFlightTest, AReadThatHasNotBegunServesThoseWhoComeAfterAWrite) {
  const auto leader = Board(0);
  generations_.Raise(Generations::SlotOf(Tag::kUsers));
  EXPECT_EQ(Board(1).boarding, kJoined);
  EXPECT_TRUE(generations_.IsCurrent(flights_.Begin(*leader.flight)));
}

TEST_F(SingleFlightTest, WaitersAreBoundedAllTogether) {
  const auto board = [&](const std::string& key) {
    return flights_.Board(
        key, slots_, [] { return 1; }, [] { return true; }, [](std::size_t waiting) { return waiting < 4; });
  };
  const auto one = board("/1");
  const auto two = board("/2");
  EXPECT_EQ(board("/1").boarding, kJoined);
  EXPECT_EQ(board("/2").boarding, kJoined);
  EXPECT_EQ(board("/2").boarding, kRefused);
  const auto three = board("/3");
  EXPECT_EQ(three.boarding, kLeads) << "how many lead is bounded by who lets them";
  EXPECT_EQ(flights_.Finish(*one.flight).size(), 2U);
  EXPECT_EQ(board("/2").boarding, kJoined);
}

TEST_F(SingleFlightTest, WhoMayNotLeadIsRefusedAndLeavesNoFlight) {
  EXPECT_EQ(Board(0, false).boarding, kRefused);
  EXPECT_EQ(Board(1).boarding, kLeads);
}

}  // namespace
}  // namespace demo
