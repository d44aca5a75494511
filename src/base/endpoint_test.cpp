#include "base/endpoint.h"

#include <gtest/gtest.h>

namespace demo {
namespace {

TEST(Endpoint, TakesNamesAndAddressesWithOrWithoutPort) {
  EXPECT_EQ(ReadEndpoint("redis", 6379), (Endpoint{"redis", 6379}));
  EXPECT_EQ(ReadEndpoint("redis-0.redis.dev.svc:7000", 6379), (Endpoint{"redis-0.redis.dev.svc", 7000}));
  EXPECT_EQ(ReadEndpoint("127.0.0.1:1", 6379), (Endpoint{"127.0.0.1", 1}));
  EXPECT_EQ(ReadEndpoint("[::1]", 6379), (Endpoint{"::1", 6379}));
  EXPECT_EQ(ReadEndpoint("[fe80::2]:65535", 6379), (Endpoint{"fe80::2", 65535}));
}

TEST(Endpoint, RefusesWhatIsNone) {
  for (const char* text :
       {"",     ":",  ":6379",     "a:",     "a:0", "a:65536", "a:+1", "a: 1",      "a:b", "a:1:2", "::1",
        "[::1", "[]", "[redis]:1", "[::1]x", "-a",  "a b",     "a/b",  "redis://a", "a\n", "user@a"}) {
    EXPECT_FALSE(ReadEndpoint(text, 6379)) << text;
  }
  EXPECT_FALSE(ReadEndpoint(std::string(254, 'a'), 6379));
}

TEST(Endpoint, IsWrittenAsItIsRead) {
  for (const char* text : {"redis:6379", "10.0.0.1:26379", "[::1]:7"}) {
    EXPECT_EQ(ToString(*ReadEndpoint(text, 1)), text);
  }
}

TEST(Endpoint, AListIsRightAsAWholeOrNotAtAll) {
  const auto list = ReadEndpoints("a,b:2,[::1]:3", 26379);
  ASSERT_TRUE(list);
  EXPECT_EQ(*list, (std::vector<Endpoint>{{"a", 26379}, {"b", 2}, {"::1", 3}}));
  for (const char* text : {"", ",", "a,", ",a", "a,,b", "a, b", "a,a", "a,a:26379", "a;b"}) {
    EXPECT_FALSE(ReadEndpoints(text, 26379)) << text;
  }
}

}  // namespace
}  // namespace demo
