#include "http/json_body.h"

#include <gtest/gtest.h>

namespace demo::http {
namespace {

int StatusOf(std::string_view body) {
  const auto parsed = ParseJsonObject(body);
  return parsed ? 200 : parsed.error().status;
}

TEST(JsonBody, RefusesWhatIsNoJsonObject) {
  for (const char* body :
       {"", "{", "[]", "1", "null", "\"a\"", "{}{}", "{} x", "{\"a\":}", "{'a':1}", "{\"a\":1,}", "{\"a\":01}",
        "{\"a\":NaN}", "{\"a\":\"\xFF\"}", "{\"a\":\"\xED\xA0\x80\"}", "{\"a\":\"\n\"}", "/**/{}"}) {
    EXPECT_EQ(StatusOf(body), 400) << body;
  }
  EXPECT_EQ(StatusOf(" {\"a\": 1} \n"), 200);
}

TEST(JsonBody, RefusesANameThatStandsTwiceAtAnyLevel) {
  EXPECT_EQ(StatusOf(R"({"a":1,"a":2})"), 400);
  EXPECT_EQ(StatusOf(R"({"a":1,"\u0061":2})"), 400);
  EXPECT_EQ(StatusOf(R"({"a":[{"b":1,"b":2}]})"), 400);
  EXPECT_EQ(StatusOf(R"({"":1,"":2})"), 400);
  EXPECT_EQ(StatusOf(R"({"a":{"b":1},"b":{"b":1}})"), 200);
}

TEST(JsonBody, BoundsTheDepth) {
  const auto nested = [](std::size_t levels) {
    return "{\"a\":" + std::string(levels - 1, '[') + std::string(levels - 1, ']') + "}";
  };
  EXPECT_EQ(StatusOf(nested(64)), 200);
  EXPECT_EQ(StatusOf(nested(65)), 400);
}

TEST(JsonBody, BoundsTheMembersOfAnObject) {
  const auto members = [](int count) {
    std::string body;
    for (int i = 0; i < count; ++i) body += (i == 0 ? "{\"" : ",\"") + std::to_string(i) + "\":1";
    return body + "}";
  };
  EXPECT_EQ(StatusOf(members(100)), 200);
  EXPECT_EQ(StatusOf(members(101)), 400);
  EXPECT_EQ(StatusOf("{\"a\":" + members(101) + "}"), 400);
  EXPECT_EQ(StatusOf("{\"" + std::string(4096, 'n') + "\":1}"), 200);
  EXPECT_EQ(StatusOf("{\"" + std::string(4097, 'n') + "\":1}"), 400);
}

TEST(JsonBody, KeepsNothingOfWhatIsTooLong) {
  auto object = ParseJsonObject(R"({"name":")" + std::string(500'000, 'x') + R"(","email":["y"],"amount":1)" +
                                std::string(5'000, '0') + R"(,"country":")" + std::string(4096, 'z') + R"("})");
  ASSERT_TRUE(object.has_value());
  EXPECT_EQ(object->TakeString("name"), "");
  EXPECT_EQ(object->TakeMoney("amount").cents(), 0);
  EXPECT_EQ(object->TakeString("country").size(), 4096u);
  object->TakeString("email");
  const auto finished = object->Finish();
  ASSERT_FALSE(finished.has_value());
  EXPECT_EQ(finished.error().fields[0], (FieldError{"name", "is far too long"}));
  EXPECT_EQ(finished.error().fields[1], (FieldError{"amount", "has far too many digits"}));
}

TEST(JsonBody, KeepsTheDigitsOfANumber) {
  for (const auto& [text, cents] : {std::pair{"0.10", 10}, {"120.25", 12025}, {"1e2", 10000}, {"45", 4500}}) {
    auto object = ParseJsonObject(std::string(R"({"amount":)") + text + "}");
    ASSERT_TRUE(object.has_value()) << text;
    EXPECT_EQ(object->TakeMoney("amount").cents(), cents);
    EXPECT_TRUE(object->Finish().has_value());
  }
}

TEST(JsonBody, NamesEveryWrongMemberOnce) {
  auto object = ParseJsonObject(R"({"name":5,"extra":{"a":[1]},"amount":"1"})");
  ASSERT_TRUE(object.has_value());
  object->TakeString("name");
  object->TakeString("email");
  object->TakeMoney("amount");
  const Result<void> rules = Fail(Error{ErrorCode::kInvalid, "", {{"name", "must not be empty"}}});
  const auto finished = object->Finish(rules);
  ASSERT_FALSE(finished.has_value());
  ASSERT_EQ(finished.error().fields.size(), 4u);
  EXPECT_EQ(finished.error().fields[0], (FieldError{"name", "must be a string, not a number"}));
  EXPECT_EQ(finished.error().fields[1], (FieldError{"email", "is missing"}));
  EXPECT_EQ(finished.error().fields[2], (FieldError{"amount", "must be a number, not a string"}));
  EXPECT_EQ(finished.error().fields[3], (FieldError{"extra", "is not known here"}));
}

TEST(JsonBody, WantsABodyAndItsMediaType) {
  Request request;
  EXPECT_EQ(ReadJsonObject(request).error().status, 400);
  request.body = "{}";
  EXPECT_EQ(ReadJsonObject(request).error().status, 415);
  request.content_type = "Application/JSON ; charset=utf-8";
  EXPECT_TRUE(ReadJsonObject(request).has_value());
  request.content_type = "application/jsonx";
  EXPECT_EQ(ReadJsonObject(request).error().status, 415);
}

}  // namespace
}  // namespace demo::http
