#include "http/trace_context.h"

#include <gtest/gtest.h>

#include <string>

namespace demo::http {
namespace {

const std::string kTrace = "4bf92f3577b34da6a3ce929d0e0e4736";
const std::string kSpan = "00f067aa0ba902b7";

TEST(Traceparent, GivesItsParts) {
  const auto context = ParseTraceparent("00-" + kTrace + "-" + kSpan + "-01");
  ASSERT_TRUE(context);
  EXPECT_EQ(std::string(context->trace_id.begin(), context->trace_id.end()), kTrace);
  EXPECT_EQ(std::string(context->parent_id.begin(), context->parent_id.end()), kSpan);
  EXPECT_TRUE(context->sampled);
  EXPECT_FALSE(ParseTraceparent("00-" + kTrace + "-" + kSpan + "-fe")->sampled);
}

TEST(Traceparent, OfALaterVersionMayCarryMore) {
  EXPECT_TRUE(ParseTraceparent("cc-" + kTrace + "-" + kSpan + "-01"));
  EXPECT_TRUE(ParseTraceparent("cc-" + kTrace + "-" + kSpan + "-01-what-the-future-brings"));
  EXPECT_FALSE(ParseTraceparent("cc-" + kTrace + "-" + kSpan + "-01."));
}

TEST(Traceparent, MalformedIsIgnored) {
  const std::string good = "00-" + kTrace + "-" + kSpan + "-01";
  ASSERT_TRUE(ParseTraceparent(good));
  for (std::size_t length = 0; length < good.size(); ++length) EXPECT_FALSE(ParseTraceparent(good.substr(0, length)));
  for (std::size_t at = 0; at < good.size(); ++at) {
    for (const char wrong : {'g', 'A', ' ', '\0', '\xFF', '\n'}) {
      std::string bad = good;
      bad[at] = wrong;
      EXPECT_FALSE(ParseTraceparent(bad)) << at;
    }
  }
  EXPECT_FALSE(ParseTraceparent(good + "-more"));
  EXPECT_FALSE(ParseTraceparent("ff-" + kTrace + "-" + kSpan + "-01"));
  EXPECT_FALSE(ParseTraceparent("00-" + std::string(32, '0') + "-" + kSpan + "-01"));
  EXPECT_FALSE(ParseTraceparent("00-" + kTrace + "-" + std::string(16, '0') + "-01"));
}

}  // namespace
}  // namespace demo::http
