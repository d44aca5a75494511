#include "base/back_off.h"

#include <gtest/gtest.h>

namespace demo {
namespace {

using std::chrono::milliseconds;

TEST(BackOff, GrowsFromTheFirstPauseToTheLongest) {
  BackOff pauses(milliseconds(100), milliseconds(500));
  EXPECT_EQ(pauses.Next(), milliseconds(100));
  EXPECT_EQ(pauses.Next(), milliseconds(200));
  EXPECT_EQ(pauses.Next(), milliseconds(400));
  EXPECT_EQ(pauses.Next(), milliseconds(500));
  EXPECT_EQ(pauses.Next(), milliseconds(500));
}

TEST(BackOff, BeginsAnewAfterAReset) {
  BackOff pauses(milliseconds(100), milliseconds(500));
  pauses.Next();
  pauses.Next();
  pauses.Reset();
  EXPECT_EQ(pauses.Next(), milliseconds(100));
}

}  // namespace
}  // namespace demo
