#include "domain/validation.h"

#include <gtest/gtest.h>

namespace demo {
namespace {

TEST(Validation, CountsCodePointsNotBytes) {
  std::string text;
  for (int i = 0; i < 200; ++i) text += "é";
  EXPECT_EQ(WrongText(text), "");
  EXPECT_NE(WrongText(text + "é"), "");
}

TEST(Validation, RefusesMalformedUtf8) {
  for (const char* text :
       {"\xC0\xAF", "\xE0\x80\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xFF", "a\xE2\x82", "\x80"}) {
    EXPECT_EQ(WrongText(text), "must be valid UTF-8") << testing::PrintToString(text);
  }
}

TEST(Validation, RefusesControlCharacters) {
  for (const char* text : {"a\nb", "\x7F", "\xC2\x85", "\x1B[2J"}) EXPECT_NE(WrongText(text), "");
  EXPECT_NE(WrongText(std::string_view("a\0b", 3)), "");
}

TEST(Validation, WantsOneAtSignInsideAnEmail) {
  EXPECT_EQ(WrongEmail("alice@ecam.be"), "");
  for (const char* text : {"alice", "@ecam.be", "alice@", "a@b@c", ""}) EXPECT_NE(WrongEmail(text), "") << text;
}

TEST(Validation, NamesEveryWrongField) {
  const auto result = Validate(NewUser{"", "nobody", "\n"});
  ASSERT_FALSE(result.has_value());
  ASSERT_EQ(result.error().fields.size(), 3u);
  EXPECT_EQ(result.error().fields[1].field, "email");
}

TEST(Validation, BoundsAnAmount) {
  EXPECT_TRUE(Validate(NewOrder{"user_1", Money::FromCents(1)}).has_value());
  EXPECT_TRUE(Validate(NewOrder{"user_1", kMaxAmount}).has_value());
  EXPECT_FALSE(Validate(NewOrder{"user_1", Money()}).has_value());
  EXPECT_FALSE(Validate(NewOrder{"user_1", kMaxAmount + Money::FromCents(1)}).has_value());
}

}  // namespace
}  // namespace demo
