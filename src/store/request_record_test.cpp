#include "store/request_record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace demo {
namespace {

TEST(RequestRecord, DigestsAsRfc4231DoesAndDependsOnTheKey) {
  EXPECT_EQ(DigestOf({"Jefe", "what do ya want for nothing?"}),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_NE(DigestOf({"one", "alice@ecam.be"}), DigestOf({"other", "alice@ecam.be"}));
  EXPECT_NE(DigestOf({"one", "alice@ecam.be"}), DigestOf({"one", "bob@ecam.be"}));
}

}  // namespace
}  // namespace demo
