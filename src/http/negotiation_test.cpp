#include "http/negotiation.h"

#include <gtest/gtest.h>

namespace demo::http {
namespace {

TEST(Weight, IsANumberOfAtMostThreeDigits) {
  EXPECT_EQ(ParseWeight("0"), 0);
  EXPECT_EQ(ParseWeight("0."), 0);
  EXPECT_EQ(ParseWeight("0.5"), 500);
  EXPECT_EQ(ParseWeight("0.123"), 123);
  EXPECT_EQ(ParseWeight("1"), 1000);
  EXPECT_EQ(ParseWeight("1.000"), 1000);
  for (const std::string_view none : {"", "1.1", "1.001", "2", ".5", "-1", "+1", "0x1p3", "0.1234", "1e3", "nan", "0,5",
                                      "0.5 ", " 1", "00", "01", "0.-"}) {
    EXPECT_EQ(ParseWeight(none), std::nullopt) << none;
  }
}

TEST(Preferences, PassOverWhatIsNone) {
  std::string_view list = ", a;q=0x1p3, b ; Q=0.5;c=\"x,y;q=1\" ,;q=1, c;level=1;q=0.1,d";
  const auto expect = [&list](std::string_view value, int weight) {
    const auto found = TakePreference(list);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->value, value);
    EXPECT_EQ(found->weight, weight);
  };
  expect("b", 500);
  expect("c", 100);
  expect("d", 1000);
  EXPECT_FALSE(TakePreference(list));
}

TEST(PrefersHtml, ComparesWeights) {
  for (const std::string_view yes :
       {"text/html", "TEXT/HTML", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
        "application/json;q=0.5, text/html;q=0.6", "text/*", "*/*;q=0.1, text/html", "text/html, */*",
        "text/html;charset=utf-8", "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", "*/*, application/*;q=0"}) {
    EXPECT_TRUE(PrefersHtml(yes)) << yes;
  }
  for (const std::string_view no :
       {"", "*/*", "application/json", "text/html;q=0", "text/html;q=0.000, */*;q=0.1", "application/json, text/html",
        "text/html;q=0.5, application/problem+json", "text/html;q=0.5, */*", "text/plain", "text/htmlx", "xtext/html",
        "text/html;q=x", "*/*;q=0", "a=\"text/html\"", "text/*;q=0.1, text/html;q=0",
        "application/json;q=1, */*;q=0.9"}) {
    EXPECT_FALSE(PrefersHtml(no)) << no;
  }
}

TEST(AcceptsGzip, ReadsWeights) {
  for (const std::string_view yes :
       {"gzip", "GZIP", "deflate, gzip", "gzip;q=0.5", "br, gzip ; q=1", "*", "x-gzip", "identity;q=0, *;q=0.1",
        "gzip;q=0.001", "gzip;q=0.5, identity;q=0.5", "*;q=0, gzip"}) {
    EXPECT_TRUE(AcceptsGzip(yes)) << yes;
  }
  for (const std::string_view no :
       {"", "identity", "gzip;q=0", "gzip;q=0.000", "*;q=0", "gzip;q=0, *", "br", "gzipp", "gzip;q=2", "gzip;q=0.0001",
        "gzip;q=0.2, identity;q=0.3", "identity, *;q=0.5", "gzip;q=0x1"}) {
    EXPECT_FALSE(AcceptsGzip(no)) << no;
  }
}

TEST(ContentEncoding, IsIdentityOrChangesTheContent) {
  for (const std::string_view plain : {"", "identity", "Identity", ", identity ,"})
    EXPECT_TRUE(IsIdentity(plain)) << plain;
  for (const std::string_view coded : {"gzip", "identity, gzip", "br"}) EXPECT_FALSE(IsIdentity(coded)) << coded;
}

TEST(ContentType, MayNameItsCharsetAnywhere) {
  for (const std::string_view yes : {"application/json", "Application/JSON", "application/json;charset=utf-8",
                                     "application/json; v=1; Charset=UTF-8", "application/json; charset=\"utf-8\"; v=1",
                                     "application/json;", "application/json; a=\"; charset=x\""}) {
    EXPECT_TRUE(IsInUtf8(yes, "application/json")) << yes;
  }
  for (const std::string_view no :
       {"", "json", "application/jsonx", "application/json; charset=latin1", "application/json; v=1; charset=latin1",
        "application/json; charset=", "text/plain; application/json"}) {
    EXPECT_FALSE(IsInUtf8(no, "application/json")) << no;
  }
}

}  // namespace
}  // namespace demo::http
