#include "base/json.h"

#include <gtest/gtest.h>

namespace demo {
namespace {

std::string Quoted(std::string_view text) {
  std::string out;
  AppendJsonString(out, text);
  return out;
}

TEST(Json, EscapesWhatMustBeEscaped) {
  EXPECT_EQ(Quoted("a\"b\\c\n\t\x01\x7F"), R"("a\"b\\c\n\t\u0001\u007f")");
  EXPECT_EQ(Quoted(std::string_view("\0", 1)), R"("\u0000")");
  EXPECT_EQ(Quoted("Zoë 北京 \xF0\x9F\x98\x80"), "\"Zoë 北京 \xF0\x9F\x98\x80\"");
}

TEST(Json, NeverWritesMalformedUtf8) {
  EXPECT_EQ(Quoted("a\xFFz"), "\"a\xEF\xBF\xBDz\"");
  EXPECT_EQ(Quoted("\xE2\x82"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\"");
}

TEST(Json, EscapesWhatWouldShowAsSomethingElse) {
  EXPECT_EQ(Quoted("a\u202Eb\u2028\u2066\u009B"), R"("a\u202eb\u2028\u2066\u009b")");
  EXPECT_EQ(Quoted("\u00A0\u202F"), "\"\u00A0\u202F\"");
}

TEST(Json, WritesNestedValuesWithTheirCommas) {
  JsonWriter json;
  json.BeginArray();
  json.BeginObject().Key("a").Number(-1).Key("b").BeginArray().EndArray().EndObject();
  json.BeginObject().EndObject().Raw("1.50").Bool(true).String("x");
  json.EndArray();
  EXPECT_EQ(std::move(json).Take(), R"([{"a":-1,"b":[]},{},1.50,true,"x"])");
}

}  // namespace
}  // namespace demo
