#include "store/sqlite/answer.h"

#include <gtest/gtest.h>

namespace demo::sqlite {
namespace {

const User kUser{"user_1", "Zoë, 4:like,", "z@b", "", 1'700'000'000'000, 1};

TEST(Answer, GivesBackWhatWasRecorded) {
  User old = kUser;
  old.created_at.reset();
  old.schema_version.reset();
  for (const User& user : {kUser, old}) EXPECT_EQ(Decode<User>(Encode(user)), user);
  const Order order{"order_1", "user_1", "陽菜", Money::FromCents(-5), 0};
  EXPECT_EQ(Decode<Order>(Encode(order)), order);
  EXPECT_EQ(Decode<std::int64_t>(Encode(std::int64_t{42})), 42);
  EXPECT_EQ(Decode<Nothing>(Encode(Nothing())), Nothing());
}

TEST(Answer, RefusesEveryOtherText) {
  const std::string whole = Encode(kUser);
  for (std::size_t size = 0; size < whole.size(); ++size) EXPECT_EQ(Decode<User>(whole.substr(0, size)), std::nullopt);
  EXPECT_EQ(Decode<User>(whole + "x"), std::nullopt);
  EXPECT_EQ(Decode<std::int64_t>("99999999999999999999:1,"), std::nullopt);
  EXPECT_EQ(Decode<std::int64_t>("1:x,"), std::nullopt);
  EXPECT_EQ(Decode<Order>(whole), std::nullopt);
}

}  // namespace
}  // namespace demo::sqlite
