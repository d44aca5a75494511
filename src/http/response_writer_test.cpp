#include "http/response_writer.h"

#include <gmock/gmock.h>

#include <memory>
#include <string>

namespace demo::http {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

StoredResponse Sample() {
  StoredResponse stored;
  stored.head = "Content-Type: text/plain\r\nVary: Accept-Encoding\r\n";
  stored.etag = "\"abc\"";
  stored.body = "plain body";
  stored.gzip_body = "gzip";
  return stored;
}

struct Written {
  std::string head;
  int status;
  std::string body;
};

Written Write(const Request& request, const Reply& reply, SendingFacts facts = {}) {
  facts.date = "Sun, 06 Nov 1994 08:49:37 GMT";
  facts.instance = "pod-1";
  OutputBuffer out;
  const Answer answer = WriteHead(request, reply, facts, out);
  return {std::string(out.view()), answer.status, std::string(answer.body)};
}

Written Write(const Request& request, const StoredResponse& stored) {
  return Write(request, {.response = std::shared_ptr<const StoredResponse>(std::shared_ptr<void>(), &stored)});
}

TEST(WriteHead, WritesEveryLine) {
  Request request;
  request.id = 0x0123456789abcdefU;
  EXPECT_EQ(Write(request, Sample()).head,
            "HTTP/1.1 200 OK\r\nServer: demo-app\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
            "Content-Type: text/plain\r\nVary: Accept-Encoding\r\nETag: \"abc\"\r\nContent-Length: 10\r\n"
            "Server-Timing: total;dur=0.000\r\nX-Request-Id: 0123456789abcdef\r\nX-Served-By: pod-1\r\n\r\n");
}

TEST(WriteHead, SendsGzipToWhomAcceptsIt) {
  Request request;
  request.accept_encoding = "gzip";
  const Written gzip = Write(request, Sample());
  EXPECT_EQ(gzip.body, "gzip");
  EXPECT_THAT(gzip.head, AllOf(HasSubstr("Content-Encoding: gzip\r\n"), HasSubstr("ETag: \"abc-gz\"\r\n"),
                               HasSubstr("Content-Length: 4\r\n")));
  StoredResponse small = Sample();
  small.gzip_body.clear();
  EXPECT_EQ(Write(request, small).body, "plain body");
}

TEST(WriteHead, GivesHeadTheLengthAndNoBody) {
  Request request;
  request.method = Method::kHead;
  const Written written = Write(request, Sample());
  EXPECT_EQ(written.body, "");
  EXPECT_THAT(written.head, HasSubstr("Content-Length: 10\r\n"));
}

TEST(WriteHead, AnswersAMatchingTagWith304) {
  for (const std::string_view tags :
       {"\"abc\"", "W/\"abc\"", "\"x\", \"abc\"", "\"a,b\",W/\"abc\"", "*", " \"abc\" "}) {
    Request request;
    request.if_none_match = tags;
    const Written written = Write(request, Sample());
    EXPECT_EQ(written.status, 304) << tags;
    EXPECT_EQ(written.body, "") << tags;
    EXPECT_THAT(written.head, AllOf(StartsWith("HTTP/1.1 304 Not Modified\r\n"), HasSubstr("ETag: \"abc\"\r\n"),
                                    Not(HasSubstr("Content-Length"))));
  }
}

TEST(WriteHead, SendsTheBodyWhereNoTagMatches) {
  for (const std::string_view tags : {"", "\"abcd\"", "\"ab\"", "abc", "\"abc", "\"abc-gz\"", "\"x\" \"", "W/*"}) {
    Request request;
    request.if_none_match = tags;
    EXPECT_EQ(Write(request, Sample()).status, 200) << tags;
  }
  Request post;
  post.method = Method::kPost;
  post.if_none_match = "*";
  EXPECT_EQ(Write(post, Sample()).status, 200);

  Request get;
  get.if_none_match = "*";
  StoredResponse missing = Sample();
  missing.status = 404;
  EXPECT_EQ(Write(get, missing).status, 404);
}

TEST(WriteHead, ComparesTheTagOfTheFormThatWouldBeSent) {
  Request request;
  request.accept_encoding = "gzip";
  request.if_none_match = "\"abc-gz\"";
  EXPECT_EQ(Write(request, Sample()).status, 304);
  request.if_none_match = "\"abc\"";
  EXPECT_EQ(Write(request, Sample()).status, 200);
}

TEST(WriteHead, SaysWhatTheCacheDid) {
  const auto with = [](CacheResult cache, std::int32_t ttl, bool stored = false) {
    return Write(Request(),
                 {.response = std::make_shared<StoredResponse>(Sample()),
                  .cache = cache,
                  .ttl_seconds = ttl,
                  .stored = stored},
                 {.date = {}, .instance = {}, .nanoseconds = 1'234'567})
        .head;
  };
  EXPECT_THAT(
      with(CacheResult::kHit, 27),
      HasSubstr("Cache-Status: demo-app; hit; ttl=27; detail=memory\r\nX-Cache: HIT\r\nX-Response-Time: 1.23ms\r\n"));
  EXPECT_THAT(with(CacheResult::kMiss, 0), HasSubstr("Cache-Status: demo-app; fwd=miss\r\n"));
  EXPECT_THAT(with(CacheResult::kMiss, 0, true),
              HasSubstr("Cache-Status: demo-app; fwd=miss; stored\r\nX-Cache: MISS\r\nX-Response-Time: 1.23ms\r\n"));
  EXPECT_THAT(with(CacheResult::kCoalesced, 0), HasSubstr("Cache-Status: demo-app; fwd=miss; collapsed\r\n"));
  EXPECT_THAT(with(CacheResult::kStale, -5),
              HasSubstr("Cache-Status: demo-app; hit; ttl=-5; detail=memory\r\nX-Cache: STALE\r\n"));
  EXPECT_THAT(with(CacheResult::kStale, 0), HasSubstr("hit; ttl=-1;")) << "less than a second past its lifetime";
  EXPECT_THAT(with(CacheResult::kNone, 0), Not(HasSubstr("Cache")));
}

TEST(WriteHead, SaysWhereTheTimeWent) {
  Reply reply{.response = std::make_shared<StoredResponse>(Sample()), .times = {.queue = 20'500, .handler = 1'000'000}};
  EXPECT_THAT(Write(Request(), reply, {.date = {}, .instance = {}, .nanoseconds = 12'345'678'901}).head,
              HasSubstr("Server-Timing: total;dur=12345.678, queue;dur=0.020, handler;dur=1.000\r\n"));
  reply.times.store = 999;
  EXPECT_THAT(Write(Request(), reply).head, HasSubstr("handler;dur=1.000, store;dur=0.000\r\n"));
  reply.times.work = {.commands = 1, .reach = store_work::Reach::kTargeted};
  EXPECT_THAT(Write(Request(), reply).head, HasSubstr("store;dur=0.000;desc=\"1 command targeted\"\r\n"));
  reply.times.work = {.commands = 2, .reach = store_work::Reach::kSeveral};
  EXPECT_THAT(Write(Request(), reply).head, HasSubstr("store;dur=0.000;desc=\"2 commands several\"\r\n"));
  reply.times.work = {.commands = 3, .retries = 1, .reach = store_work::Reach::kScatter};
  EXPECT_THAT(Write(Request(), reply).head, HasSubstr("store;dur=0.000;desc=\"3 commands scatter 1 retry\"\r\n"));
  reply.times.work.readers = 64;
  EXPECT_THAT(Write(Request(), reply).head,
              HasSubstr("store;dur=0.000;desc=\"3 commands scatter for 64 1 retry\"\r\n"));
}

TEST(WriteHead, SaysWhatBecomesOfTheConnection) {
  const Reply reply{.response = std::make_shared<StoredResponse>(Sample())};
  SendingFacts facts;
  EXPECT_THAT(Write(Request(), reply, facts).head, Not(HasSubstr("Connection")));
  facts.keep_alive_1_0 = true;
  EXPECT_THAT(Write(Request(), reply, facts).head, HasSubstr("Connection: keep-alive\r\n"));
  facts.close = true;
  EXPECT_THAT(Write(Request(), reply, facts).head, HasSubstr("Connection: close\r\n"));
  facts.framing = BodyFraming::kChunked;
  EXPECT_THAT(Write(Request(), reply, facts).head,
              AllOf(HasSubstr("Transfer-Encoding: chunked\r\n"), Not(HasSubstr("Content-Length"))));
}

TEST(WriteHead, GivesNoContentNoLength) {
  StoredResponse stored;
  stored.status = 204;
  EXPECT_THAT(Write(Request(), stored).head,
              AllOf(StartsWith("HTTP/1.1 204 No Content\r\n"), Not(HasSubstr("Content-Length"))));
}

TEST(WriteHead, HasRoomForTheLongestLines) {
  StoredResponse stored = Sample();
  stored.head = std::string(100'000, 'h');
  stored.etag = "\"" + std::string(10'000, 'e') + "\"";
  stored.status = 431;
  constexpr std::int64_t kLong = INT64_MAX;
  const Reply reply{.response = std::shared_ptr<const StoredResponse>(std::shared_ptr<void>(), &stored),
                    .cache = CacheResult::kStale,
                    .ttl_seconds = INT32_MIN,
                    .times = {kLong, kLong, kLong}};
  EXPECT_THAT(Write(Request(), reply, {.date = {}, .instance = {}, .nanoseconds = kLong, .close = true}).head,
              EndsWith("\r\n\r\n"));
}

TEST(HttpDate, IsAsTheRfcWritesIt) {
  const HttpDateText text = HttpDate(784111777);
  EXPECT_EQ(std::string_view(text.data(), text.size()), "Sun, 06 Nov 1994 08:49:37 GMT");
}

TEST(PutChunk, FramesTheData) {
  OutputBuffer out;
  PutChunk(std::string(26, 'a'), out);
  EXPECT_EQ(out.view(), "1a\r\n" + std::string(26, 'a') + "\r\n");
}

}  // namespace
}  // namespace demo::http
