#include "mongo/fields.h"

#include <gtest/gtest.h>

namespace demo::mongo {
namespace {

std::string WrongIn(std::string_view json, const std::function<void(Fields&)>& read) {
  const auto document = Document::FromJson(json);
  const View view = document.view();
  Fields fields("orders", view);
  read(fields);
  const auto done = fields.Done(1);
  return done ? "" : done.error().message;
}

TEST(Fields, GiveWhatIsThere) {
  const auto document = Document::FromJson(R"({"_id":"a","n":2,"on":true,"at":{"$date":{"$numberLong":"7"}},"m":1.5})");
  const View view = document.view();
  Fields fields("orders", view);
  EXPECT_EQ(fields.Text("_id"), "a");
  EXPECT_EQ(fields.Int("n"), 2);
  EXPECT_EQ(fields.IntIfAny("n"), 2);
  EXPECT_TRUE(fields.Bool("on"));
  EXPECT_EQ(fields.Date("at"), 7);
  EXPECT_EQ(fields.Amount("m"), Money::FromCents(150));
  EXPECT_TRUE(fields.Done(1).has_value());
}

TEST(Fields, NameTheFirstThatIsWrong) {
  EXPECT_EQ(WrongIn(R"({"_id":"a","n":"2"})", [](Fields& f) { f.Int("n"), f.Text("absent"); }),
            "orders a: n is string, wants a whole number");
  EXPECT_EQ(WrongIn(R"({"_id":7})", [](Fields& f) { f.Text("name"); }), "orders 7: name is missing, wants string");
  EXPECT_EQ(WrongIn(R"({"_id":{"$oid":"64b7f0000000000000000001"},"m":12.345})", [](Fields& f) { f.Amount("m"); }),
            "orders 64b7f0000000000000000001: m is double, wants a number with two decimals");
  EXPECT_EQ(WrongIn(R"({"d":"2025-01-01"})", [](Fields& f) { f.Date("d"); }),
            "orders missing: d is string, wants date");
  EXPECT_NE(WrongIn(R"({"seq":"a-b"})", [](Fields& f) { f.Position("seq"); }), "");
  EXPECT_NE(WrongIn(R"({"seq":""})", [](Fields& f) { f.Position("seq"); }), "");
}

TEST(Fields, WhatMayBeAbsentMayBeNullAndNothingElse) {
  EXPECT_EQ(WrongIn(R"({"d":null})", [](Fields& f) { f.DateIfAny("d"), f.IntIfAny("n"), f.BoolIfAny("b"); }), "");
  EXPECT_NE(WrongIn(R"({"d":"2025-01-01"})", [](Fields& f) { f.DateIfAny("d"); }), "");
  EXPECT_NE(WrongIn(R"({"b":"yes"})", [](Fields& f) { f.BoolIfAny("b"); }), "");
}

}  // namespace
}  // namespace demo::mongo
