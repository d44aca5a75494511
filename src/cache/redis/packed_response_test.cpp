#include "cache/redis/packed_response.h"

#include <gtest/gtest.h>

namespace demo::redis {
namespace {

const std::vector<std::uint64_t> kGenerations = {1, 0, 18446744073709551615U};

StoredResponse Sample() {
  StoredResponse response;
  response.route = 7;
  response.head = "Content-Type: application/json\r\n";
  response.etag = "\"abc\"";
  response.body = std::string("{\"a\":\0}", 7);
  response.gzip_body = "\x1f\x8b";
  return response;
}

TEST(PackedResponse, ComesBackAsItWas) {
  const auto packed = Unpack(Pack(Sample(), kGenerations));
  ASSERT_TRUE(packed);
  EXPECT_EQ(packed->generations, kGenerations);
  EXPECT_EQ(packed->response->status, 200);
  EXPECT_EQ(packed->response->route, 7);
  EXPECT_EQ(packed->response->head, Sample().head);
  EXPECT_EQ(packed->response->etag, Sample().etag);
  EXPECT_EQ(packed->response->body, Sample().body);
  EXPECT_EQ(packed->response->gzip_body, Sample().gzip_body);
}

TEST(PackedResponse, EveryByteCounts) {
  const std::string whole = Pack(Sample(), kGenerations);
  for (std::size_t i = 0; i < whole.size(); ++i) {
    EXPECT_FALSE(Unpack(std::string_view(whole).substr(0, i))) << i;
    std::string changed = whole;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_FALSE(Unpack(changed)) << i;
  }
  EXPECT_FALSE(Unpack(whole + "x"));
  EXPECT_FALSE(Unpack(""));
  EXPECT_FALSE(Unpack("garbage"));
}

TEST(PackedResponse, OnlySuccessIsTaken) {
  StoredResponse failure = Sample();
  failure.status = 503;
  EXPECT_FALSE(Unpack(Pack(failure, kGenerations)));
}

}  // namespace
}  // namespace demo::redis
