#include <atomic>

#include "base/shared_register.h"
#include "store/mongo/test_servers.h"

namespace demo {
namespace {

using Value = SharedRegister::Value;

class RegisterOn : public testing::TestWithParam<TestServers> {
 protected:
  SharedRegister& shared() { return *under_test_.store().shared_register(); }

  MongoUnderTest under_test_{*GetParam().uri()};
};

TEST_P(RegisterOn, HoldsWhatWasWrittenLast) {
  EXPECT_EQ(Ok(shared().Read()), Value());
  EXPECT_EQ(Ok(shared().Write("a")), (Value{1, "a"}));
  EXPECT_EQ(Ok(shared().Write("b")), (Value{2, "b"}));
  under_test_.Reopen();
  EXPECT_EQ(Ok(shared().Read()), (Value{2, "b"}));
}

TEST_P(RegisterOn, ChangesOnlyTheVersionThatWasSeen) {
  EXPECT_EQ(Ok(shared().WriteIf(0, "a")), (Value{1, "a"}));
  EXPECT_EQ(Ok(shared().WriteIf(0, "b")), (Value{1, "a"}));
  EXPECT_EQ(Ok(shared().WriteIf(1, "b")), (Value{2, "b"}));
  EXPECT_EQ(Ok(shared().WriteIf(1, "c")), (Value{2, "b"}));
  EXPECT_EQ(Ok(shared().WriteIf(7, "c")), (Value{2, "b"}));
}

TEST_P(RegisterOn, LetsOneOfManyWin) {
  for (std::int64_t version = 0; version < 3; ++version) {
    std::atomic<int> won = 0;
    AtOnce(8, [&](int i) {
      const std::string mine = "writer " + std::to_string(i);
      const Value now = Ok(shared().WriteIf(version, mine));
      EXPECT_EQ(now.version, version + 1);
      won += now.text == mine ? 1 : 0;
    });
    EXPECT_EQ(won, 1);
  }
}

TEST_P(RegisterOn, CountsFirstWritesThatMeet) {
  AtOnce(8, [&](int) { Ok(shared().Write("x")); });
  EXPECT_EQ(Ok(shared().Read()).version, 8);
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(RegisterOn);
INSTANTIATE_TEST_SUITE_P(Mongo, RegisterOn, testing::ValuesIn(GivenTestServers()),
                         [](const auto& servers) { return servers.param.name; });

}  // namespace
}  // namespace demo
