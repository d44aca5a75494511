#include "mongo/document.h"

#include <gtest/gtest.h>

#include <limits>

namespace demo::mongo {
namespace {

TEST(Document, KeepsTheOrderOfItsMembers) {
  Document document;
  document.Add("find", "users").Add("limit", std::int32_t{1}).Add("n", std::int64_t{2}).Add("on", true);
  document.Add("filter", Doc("_id", "user_1")).AddArray("names", std::vector<std::string>{"a", "b"});
  EXPECT_EQ(
      document.ToJson(),
      R"({ "find" : "users", "limit" : 1, "n" : 2, "on" : true, "filter" : { "_id" : "user_1" }, "names" : [ "a", "b" ] })");
}

TEST(Document, MoneyIsADecimalWithTwoPlaces) {
  EXPECT_EQ(Doc("amount", Money::FromCents(12025)).ToJson(), R"({ "amount" : { "$numberDecimal" : "120.25" } })");
}

TEST(View, ReadsBackWhatWasWritten) {
  for (const std::int64_t cents :
       {std::int64_t{0}, std::int64_t{1}, std::int64_t{-5}, std::int64_t{10}, std::int64_t{12000},
        std::int64_t{100'000'000'000}, std::numeric_limits<std::int64_t>::max()}) {
    EXPECT_EQ(Doc("m", Money::FromCents(cents)).view().FindMoney("m"), Money::FromCents(cents)) << cents;
  }
  EXPECT_EQ(Doc("d", Date{-1}).view().FindDate("d"), -1);
  const std::string name("Zo\u00EB \0 x", 8);
  EXPECT_EQ(Doc("t", name).view().FindText("t"), name);
}

TEST(View, ReadsSumsAsServersWriteThem) {
  const auto document = Document::FromJson(R"({"a":{"$numberDecimal":"1.2E+4"},"b":{"$numberDecimal":"0"},
      "c":{"$numberDecimal":"0.001"},"d":{"$numberDecimal":"NaN"},"e":{"$numberDecimal":"5000000450.00"}})");
  EXPECT_EQ(document.view().FindMoney("a"), Money::FromCents(1'200'000));
  EXPECT_EQ(document.view().FindMoney("b"), Money());
  EXPECT_EQ(document.view().FindMoney("c"), std::nullopt);
  EXPECT_EQ(document.view().FindMoney("d"), std::nullopt);
  EXPECT_EQ(document.view().FindMoney("e"), Money::FromCents(500'000'045'000));
}

TEST(View, ReadsAmountsOfEveryNumberAndRoundsNone) {
  const auto document = Document::FromJson(R"({"double":12.34,"sum":0.30000000000000004,"most":1000000.0,"int":5,
      "long":{"$numberLong":"70"},"text":"12.3","negative":-0.05,"third":0.333,"nan":{"$numberDouble":"NaN"},
      "huge":1e300,"words":"twelve","empty":"","bool":true,"null":null})");
  const View view = document.view();
  EXPECT_EQ(view.FindMoney("double"), Money::FromCents(1234));
  EXPECT_EQ(view.FindMoney("sum"), Money::FromCents(30));
  EXPECT_EQ(view.FindMoney("most"), Money::FromCents(100'000'000));
  EXPECT_EQ(view.FindMoney("int"), Money::FromCents(500));
  EXPECT_EQ(view.FindMoney("long"), Money::FromCents(7000));
  EXPECT_EQ(view.FindMoney("text"), Money::FromCents(1230));
  EXPECT_EQ(view.FindMoney("negative"), Money::FromCents(-5));
  for (const char* key : {"third", "nan", "huge", "words", "empty", "bool", "null", "absent"}) {
    EXPECT_EQ(view.FindMoney(key), std::nullopt) << key;
  }
}

TEST(View, EveryAmountHeldAsADoubleIsExact) {
  for (std::int64_t cents = 1; cents <= 100'000'000; cents += 997) {
    Document document;
    BSON_APPEND_DOUBLE(const_cast<bson_t*>(document.get()), "m", static_cast<double>(cents) / 100);
    ASSERT_EQ(document.view().FindMoney("m"), Money::FromCents(cents));
  }
}

TEST(View, NamesTypesAsServersDo) {
  const auto document =
      Document::FromJson(R"({"_id":{"$oid":"64b7f0000000000000000001"},"a":"x","b":{},"c":[],"d":1.5,"e":null,"n":7})");
  const View view = document.view();
  EXPECT_EQ(view.TypeOf("_id"), "objectId");
  EXPECT_EQ(view.TypeOf("a"), "string");
  EXPECT_EQ(view.TypeOf("b"), "object");
  EXPECT_EQ(view.TypeOf("c"), "array");
  EXPECT_EQ(view.TypeOf("e"), "null");
  EXPECT_EQ(view.TypeOf("absent"), "missing");
  EXPECT_EQ(view.Show("_id"), "64b7f0000000000000000001");
  EXPECT_EQ(view.Show("a"), "x");
  EXPECT_EQ(view.Show("n"), "7");
  EXPECT_EQ(view.Show("d"), "double");
}

TEST(View, TakesNoTypeForAnother) {
  const auto document = Document::FromJson(R"({"text":"1","number":1.5,"whole":2.0,"ok":1.0,"inner":{"x":{"y":"z"}},
      "list":[{"a":1},7,{"a":2}],"texts":["p",1,"q"]})");
  const View view = document.view();
  EXPECT_EQ(view.FindInt("text"), std::nullopt);
  EXPECT_EQ(view.FindInt("number"), std::nullopt);
  EXPECT_EQ(view.FindInt("whole"), 2);
  EXPECT_EQ(view.FindBool("ok"), true);
  EXPECT_EQ(view.FindText("number"), std::nullopt);
  EXPECT_EQ(view.FindText("absent"), std::nullopt);
  EXPECT_EQ(view.FindDate("text"), std::nullopt);
  EXPECT_EQ(view.FindDocument("text").has_value(), false);
  EXPECT_EQ(view.Text("inner.x.y"), "z");
  std::int64_t sum = 0;
  view.ForEach("list", [&](const std::string&, const View& each) { sum += each.Int("a"); });
  EXPECT_EQ(sum, 3);
  EXPECT_EQ(view.Texts("texts"), (std::vector<std::string>{"p", "q"}));
}

TEST(View, SurvivesGarbage) {
  const std::uint8_t garbage[] = {0xFF, 0xFF, 0xFF, 0xFF, 0x02, 'x'};
  const View view(garbage, sizeof garbage);
  EXPECT_FALSE(view.Has("x"));
  EXPECT_EQ(view.Copy().ToJson(), "{ }");
}

}  // namespace
}  // namespace demo::mongo
