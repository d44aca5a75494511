#include "http/query.h"

#include <gtest/gtest.h>

#include <array>

namespace demo::http {
namespace {

constexpr std::array<std::string_view, 2> kKnown = {"limit", "cursor"};

TEST(Query, TakesWhatIsKnownInAnyOrder) {
  EXPECT_TRUE(CheckQuery("", kKnown).has_value());
  EXPECT_TRUE(CheckQuery("cursor=abc&limit=5", kKnown).has_value());
  EXPECT_TRUE(CheckQuery("limit=", kKnown).has_value());
}

TEST(Query, NamesWhatItRefuses) {
  const auto unknown = CheckQuery("limit=1&pa%67e=2&x", kKnown);
  ASSERT_FALSE(unknown.has_value());
  ASSERT_EQ(unknown.error().fields.size(), 2u);
  EXPECT_EQ(unknown.error().fields[0].field, "page");
  EXPECT_EQ(unknown.error().fields[1].field, "x");
  EXPECT_EQ(CheckQuery("limit=1&limit=2", kKnown).error().fields[0], (FieldError{"limit", "stands twice"}));
  EXPECT_EQ(CheckQuery("limit=%zz", kKnown).error().code, ErrorCode::kInvalid);
}

TEST(Query, NamesOfThousandsOnlyTheFirst) {
  std::string query = "a";
  for (int i = 0; i < 4000; ++i) query += "&a";
  const Error error = CheckQuery(query, kKnown).error();
  EXPECT_EQ(error.fields.size(), kMostFields);
  EXPECT_EQ(error.more_fields, 4001 - kMostFields);
  EXPECT_EQ(CheckQuery(std::string(5000, 'x'), kKnown).error().fields[0].field.size(), 100u);
}

TEST(Query, TakesTheFirstOfANameAndEmptyParts) {
  EXPECT_EQ(QueryParameter("&&&a=1&a=2", "a"), "1");
  EXPECT_EQ(QueryParameter("%61=1", "a"), "1");
  EXPECT_EQ(QueryParameter("&&&", "a"), std::nullopt);
}

TEST(Query, EndsWhereItEnds) {
  constexpr std::string_view kLine = "limit=2 HTTP/1.1\r\nHost: x\r\n";
  EXPECT_EQ(QueryParameter(kLine.substr(0, 7), "limit"), "2");
  EXPECT_EQ(QueryParameter(kLine.substr(0, 6), "limit"), "");
  EXPECT_EQ(QueryParameter(kLine.substr(0, 5), "limit"), "");
}

TEST(Query, DecodesValues) {
  EXPECT_EQ(QueryParameter("a=1%2B1+x&b=%C3%A9", "a"), "1+1 x");
  EXPECT_EQ(QueryParameter("a=1%2B1+x&b=%C3%A9", "b"), "é");
  EXPECT_EQ(QueryParameter("a=1", "c"), std::nullopt);
}

}  // namespace
}  // namespace demo::http
