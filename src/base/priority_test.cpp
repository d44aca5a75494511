#include "base/priority.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <thread>

namespace demo {
namespace {

int Own() { return getpriority(PRIO_PROCESS, static_cast<id_t>(gettid())); }

TEST(Priority, StepsBackFromWhereTheThreadIs) {
  const int before = Own();
  std::jthread([before] {
    StepBack(3);
    EXPECT_EQ(Own(), std::min(before + 3, 19));
    StepBack();
    EXPECT_EQ(Own(), std::min(before + 3 + kBehindLoops, 19));
    StepBack(30);
    EXPECT_EQ(Own(), 19);
  }).join();
  EXPECT_EQ(Own(), before) << "that thread alone";
}

}  // namespace
}  // namespace demo
