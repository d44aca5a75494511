#include "store/cursor.h"

#include <gtest/gtest.h>

namespace demo {
namespace {

TEST(Cursor, GivesBackItsPosition) {
  EXPECT_EQ(ReadCursor("users", MakeCursor("users", "42")), "42");
  EXPECT_EQ(MakeCursor("users", "42").find_first_not_of("0123456789abcdef-"), std::string::npos);
}

TEST(Cursor, IsOfOneList) { EXPECT_EQ(ReadCursor("orders", MakeCursor("users", "42")), std::nullopt); }

TEST(Cursor, RefusesWhatNobodyMade) {
  const std::string made = MakeCursor("users", "42");
  for (const std::string& cursor : {std::string(), std::string("-"), std::string("42"), made + "0", "1" + made,
                                    made.substr(1), std::string("42-000000000000"), std::string("\0-\0", 3)}) {
    EXPECT_EQ(ReadCursor("users", cursor), std::nullopt) << cursor;
  }
}

}  // namespace
}  // namespace demo
