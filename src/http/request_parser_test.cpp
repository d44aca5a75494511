#include "http/request_parser.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "http/parse_in_pieces.h"

namespace demo::http {
namespace {

Outcome Parse(std::string_view bytes) { return ParseInPieces(bytes, {}); }

std::string Chunked(std::string_view chunks) {
  return "POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n" + std::string(chunks);
}

std::string WithoutBlanks(std::string_view text) {
  std::string rest(text);
  std::erase(rest, ' ');
  return rest;
}

const std::vector<std::string>& Samples() {
  static const std::vector<std::string> samples = {
      "GET /a?b=c HTTP/1.1\r\nHost: h\r\nAccept: text/html\r\n\r\n",
      "\r\nGET http://other:80/a HTTP/1.1\r\nHost: h\r\n\r\nGET /next HTTP/1.1\r\n",
      "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhelloGET / HTTP/1.1\r\n",
      "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 2000\r\n\r\nhello",
      "GET / HTTP/1.7\r\nHost: h\r\n\r\n",
      "GET / HTTP/2.0\r\nHost: h\r\n\r\n",
      "GET /\r\n\r\n",
      "GET / HTTP/1.1\nHost: h\n\n",
      "GET / HTTP/1.1\r\nHost: h\r\n folded\r\n\r\n",
      Chunked("5\r\nhello\r\n0\r\n\r\nGET /next HTTP/1.1\r\n"),
      "GET http://a?x=1 HTTP/1.1\r\nHost: h\r\n\r\n",
      "GET / HTTP/1.1\r\nAccept: a\r\nIf-None-Match: \"x\"\r\nHost: h\r\nACCEPT:\r\nAccept: b;q=1\r\nif-none-match: "
      "\"y\"\r\n\r\n",
      Chunked("5;a=b;c=\"d\"\r\nhello\r\n006\r\n world\r\n0;last\r\nTrailer: x\r\nMore: \r\n\r\n"),
      Chunked("5\r\nhello!\r\n0\r\n\r\n"),
      Chunked("5\nhello\r\n0\r\n\r\n"),
      Chunked("401\r\n"),
      Chunked("ffffffffffffffff\r\n"),
      Chunked("5\r\nhello\r\n0\r\nBad Trailer: x\r\n\r\n"),
  };
  return samples;
}

TEST(RequestParser, GivesTheSameResultWhereverTheBytesAreCut) {
  for (const std::string& sample : Samples()) {
    const Outcome whole = Parse(sample);
    std::vector<std::size_t> every;
    for (std::size_t cut = 0; cut <= sample.size(); ++cut) {
      EXPECT_EQ(ParseInPieces(sample, {cut}), whole) << sample << " cut at " << cut;
      every.push_back(cut);
    }
    EXPECT_EQ(ParseInPieces(sample, every), whole) << sample << " byte by byte";
  }
}

// What fuzz/fuzz_request.cpp found worth keeping.
TEST(RequestParser, GivesTheSameResultForTheFuzzersCorpus) {
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(DEMO_FUZZ_CORPUS "/request")) {
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    ++files;
    const Outcome whole = Parse(bytes);
    std::vector<std::size_t> every;
    for (std::size_t cut = 0; cut <= bytes.size(); ++cut) every.push_back(cut);
    EXPECT_EQ(ParseInPieces(bytes, every), whole) << entry.path();
    EXPECT_EQ(ParseInPieces(bytes, {bytes.size() / 2}), whole) << entry.path();
  }
  EXPECT_GE(files, 20);
}

TEST(RequestParser, ReadsTargetFieldsAndBody) {
  const Outcome get = Parse(Samples()[0]);
  EXPECT_EQ(get.target, "/a?b=c");
  EXPECT_EQ(get.path, "/a");
  EXPECT_EQ(get.query, "b=c");
  EXPECT_EQ(get.host, "h");
  EXPECT_EQ(get.accept, "text/html");
  EXPECT_EQ(get.rest, "");

  const Outcome absolute = Parse(Samples()[1]);
  EXPECT_EQ(absolute.target, "/a");
  EXPECT_EQ(absolute.host, "other:80");
  EXPECT_EQ(absolute.rest, "GET /next HTTP/1.1\r\n");
  EXPECT_EQ(Parse("GET http://h HTTP/1.1\r\nHost: h\r\n\r\n").target, "/");

  const Outcome post = Parse(Samples()[2]);
  EXPECT_EQ(post.method, Method::kPost);
  EXPECT_EQ(post.body, "hello");
  EXPECT_EQ(post.rest, "GET / HTTP/1.1\r\n");
}

TEST(RequestParser, ReadsEveryFormOfATarget) {
  const auto parse = [](const std::string& line) { return Parse(line + " HTTP/1.1\r\nHost: h\r\n\r\nrest"); };
  for (const std::string_view scheme : {"http", "HTTPS"}) {
    const Outcome bare = parse("GET " + std::string(scheme) + "://other:80?x=1/2");
    EXPECT_EQ(bare.target, "/?x=1/2");
    EXPECT_EQ(bare.path, "/");
    EXPECT_EQ(bare.query, "x=1/2");
    EXPECT_EQ(bare.host, "other:80");
    EXPECT_EQ(bare.rest, "rest");
  }
  const Outcome server = parse("OPTIONS *");
  EXPECT_EQ(server.target, "*");
  EXPECT_EQ(server.path, "*");
  EXPECT_EQ(server.host, "h");
  EXPECT_EQ(parse("OPTIONS http://other").target, "*");
  EXPECT_EQ(parse("OPTIONS http://other").host, "other");
  EXPECT_EQ(parse("OPTIONS http://other/").target, "/");
}

TEST(RequestParser, ReadsAListThatComesInSeveralLines) {
  std::string bytes =
      "POST /a HTTP/1.1\r\nAccept: a\r\nCookie: x=1\r\nHost: h\r\nIf-None-Match: \"1\"\r\nACCEPT: b;q=0.5\r\n"
      "cookie:y=2 \r\nOther: z\r\nOther: z\r\nif-none-match: \"2\"\r\nAccept:\r\nAccept: c\r\nX-Forwarded-Host: f\r\n"
      "Content-Length: 4\r\nx-forwarded-host: g\r\n\r\nbody";
  RequestParser parser(HeadLimits{}, kMaxBody);
  std::size_t size = bytes.size();
  Request request;
  ASSERT_TRUE(parser.Feed(bytes.data(), size, request));
  for (int time = 0; time < 2; ++time) {  // A head that is read again, for a refusal, gives the same.
    EXPECT_EQ(WithoutBlanks(request.accept), "a,b;q=0.5,,c");
    EXPECT_EQ(WithoutBlanks(request.cookie), "x=1;y=2");
    EXPECT_EQ(WithoutBlanks(request.if_none_match), "\"1\",\"2\"");
    EXPECT_EQ(WithoutBlanks(request.x_forwarded_host), "f,g");
    EXPECT_EQ(request.host, "h");
    EXPECT_EQ(request.body, time == 0 ? "body" : "");
    parser.ReadHeadOnly(bytes, request);
  }
}

TEST(RequestParser, TakesALaterMinorVersionForHttp11) {
  EXPECT_EQ(Parse(Samples()[4]).state, RequestParser::State::kComplete);
}

TEST(RequestParser, PutsAChunkedBodyTogether) {
  EXPECT_EQ(Parse(Samples()[9]).body, "hello");
  EXPECT_EQ(Parse(Samples()[9]).rest, "GET /next HTTP/1.1\r\n");
  EXPECT_EQ(Parse(Samples()[12]).body, "hello world");
}

TEST(RequestParser, TakesChunkExtensionsByTheirGrammar) {
  for (const std::string_view extension :
       {";a", " ;a=b", ";a = b", ";a;b", "\t;a", ";\ta=\"b; c\"", ";a=\"\\\"\" ; b", ";a=\"\";b=c"}) {
    const std::string line = std::string(extension) + "\r\n";
    EXPECT_EQ(Parse(Chunked("5" + line + "hello\r\n0" + line + "\r\n")).body, "hello") << extension;
  }
}

TEST(RequestParser, RefusesChunksThatReadersUnderstandDifferently) {
  for (const std::string_view chunks : {"5\nhello\r\n0\r\n\r\n",
                                        "5 \r\nhello\r\n0\r\n\r\n",
                                        " 5\r\nhello\r\n0\r\n\r\n",
                                        "0x5\r\nhello\r\n0\r\n\r\n",
                                        "-5\r\nhello\r\n0\r\n\r\n",
                                        "\r\nhello",
                                        ";a\r\n",
                                        "g\r\n",
                                        "5\r\nhello!",
                                        "5\r\nhello\n0\r\n\r\n",
                                        "5\r\nhello\rX",
                                        "5\rX",
                                        "5;\x01\r\n",
                                        "5;\r\nhello",
                                        "5;=b\r\nhello",
                                        "5;a=\r\nhello",
                                        "5;a=\"b\r\nhello",
                                        "5;a=\"b\\\"\r\nhello",
                                        "5;a=\"b\"c\r\nhello",
                                        "5;a b\r\nhello",
                                        "5;a \r\nhello",
                                        "5;a=b=c\r\nhello",
                                        "5;a=b c\r\nhello",
                                        "5;;a\r\nhello",
                                        "5;a;\r\nhello",
                                        "5;(a)\r\nhello",
                                        "5 a\r\nhello",
                                        "5=a\r\nhello",
                                        "5;a\nhello",
                                        "5;a\rb\r\nhello",
                                        "00000000000000005\r\nhello\r\n",
                                        "0\r\n\n",
                                        "0\r\n a: b\r\n\r\n",
                                        "0\r\na : b\r\n\r\n",
                                        "0\r\na\r\n\r\n",
                                        "0\r\na: \x01\r\n\r\n",
                                        "0\r\na: b\n\r\n",
                                        "0\r\n: b\r\n\r\n",
                                        "0\r\n\rX"}) {
    const Outcome outcome = Parse(Chunked(chunks));
    ASSERT_TRUE(outcome.refusal) << chunks;
    EXPECT_EQ(outcome.refusal->status, 400) << chunks;
  }
}

TEST(RequestParser, BoundsWhatSurroundsChunks) {
  const std::string extension(4 * 1024, 'e');
  EXPECT_FALSE(Parse(Chunked("1;" + extension + "\r\na\r\n0\r\n\r\n")).refusal);
  EXPECT_EQ(Parse(Chunked("1;" + extension + "\r\na\r\n0;e\r\n\r\n")).refusal->status, 400);
  EXPECT_FALSE(Parse(Chunked("0\r\nA: " + std::string(8000, 'v') + "\r\n\r\n")).refusal);
  EXPECT_EQ(Parse(Chunked("0\r\nA: " + std::string(9000, 'v') + "\r\n\r\n")).refusal->status, 431);
}

TEST(RequestParser, RefusesATooLargeBodyBeforeItIsThere) {
  const auto with_length = [](std::size_t length) {
    return Parse("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(length) + "\r\n\r\n");
  };
  EXPECT_FALSE(with_length(kMaxBody).refusal);
  EXPECT_EQ(with_length(kMaxBody + 1).refusal->status, 413);
  EXPECT_EQ(Parse(Chunked("401\r\n")).refusal->status, 413);
  EXPECT_EQ(Parse(Chunked("ffffffffffffffff\r\n")).refusal->status, 413);
  EXPECT_EQ(Parse(Chunked("1\r\na\r\n400\r\n")).refusal->status, 413);
}

TEST(RequestParser, RefusesASecondFieldThatDecidesAboutAccess) {
  for (const std::string_view name : {"Authorization", "Origin", "Content-Type", "Sec-Fetch-Site", "Idempotency-Key"}) {
    const std::string field = std::string(name) + ": a\r\n";
    EXPECT_FALSE(Parse("GET / HTTP/1.1\r\nHost: h\r\n" + field + "\r\n").refusal) << name;
    EXPECT_TRUE(Parse("GET / HTTP/1.1\r\nHost: h\r\n" + field + field + "\r\n").refusal) << name;
  }
}

TEST(RequestParser, KeepsEveryFieldThatTheServiceReads) {
  std::string bytes =
      "GET / HTTP/1.1\r\naccept: 1\r\nACCEPT-ENCODING: 2\r\nAccept-Language: 3\r\nAuthorization: 4\r\n"
      "Content-Type: 5\r\nCookie: 6\r\nHost: 7\r\nIdempotency-Key: 8\r\nIf-None-Match: 9\r\nOrigin: 10\r\n"
      "Sec-Fetch-Site: 11\r\nTraceparent: 12\r\nContent-Encoding: 13\r\nIf-Match: 14\r\nX-Forwarded-Host: 15\r\n"
      "X-Forwarded-Port: 16\r\n\r\n";
  RequestParser parser(HeadLimits{}, kMaxBody);
  std::size_t size = bytes.size();
  Request request;
  ASSERT_TRUE(parser.Feed(bytes.data(), size, request));
  EXPECT_THAT(
      (std::vector{request.accept, request.accept_encoding, request.accept_language, request.authorization,
                   request.content_type, request.cookie, request.host, request.idempotency_key, request.if_none_match,
                   request.origin, request.sec_fetch_site, request.traceparent, request.content_encoding,
                   request.if_match, request.x_forwarded_host, request.x_forwarded_port}),
      ::testing::ElementsAre("1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16"));
}

TEST(RequestParser, ForgetsTheRequestBefore) {
  Request request;
  const auto parse = [&request](std::string bytes) {
    RequestParser parser(HeadLimits{}, kMaxBody);
    std::size_t size = bytes.size();
    return parser.Feed(bytes.data(), size, request).has_value();
  };
  ASSERT_TRUE(parse("GET /a?b HTTP/1.1\r\nHost: h\r\nCookie: c\r\nAuthorization: d\r\nTraceparent: e\r\n\r\n"));
  request.params[0] = "p";
  ASSERT_TRUE(parse("GET / HTTP/1.1\r\nHost: h\r\n\r\n"));
  EXPECT_EQ(request.cookie.data(), nullptr);
  EXPECT_EQ(request.authorization.data(), nullptr);
  EXPECT_EQ(request.traceparent.data(), nullptr);
  EXPECT_TRUE(request.query.empty());
  EXPECT_TRUE(request.params[0].empty());
}

}  // namespace
}  // namespace demo::http
