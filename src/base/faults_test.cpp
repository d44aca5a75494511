#include "base/faults.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace demo {
namespace {

TEST(Faults, ATurnEndsAndTheThreadGoesOn) {
  EXPECT_TRUE(Survive("test", [] {}));
  EXPECT_FALSE(Survive("test", [] { throw std::runtime_error("broken"); }));
  EXPECT_FALSE(Survive("test", [] { throw 1; }));
  EXPECT_FALSE(Survive("test", [] { throw std::bad_alloc(); }));
}

TEST(Faults, ACallThatThrowsIsAnError) {
  EXPECT_EQ(OrFail([]() -> Result<int> { return 1; }), 1);
  const auto thrown = OrFail([]() -> Result<int> { throw std::runtime_error("broken"); });
  EXPECT_EQ(thrown.error().code, ErrorCode::kInternal);
  EXPECT_EQ(thrown.error().message, "broken");
  EXPECT_FALSE(OrFail([]() -> Result<void> { throw 1; }).has_value());
}

}  // namespace
}  // namespace demo
