#include "http/guard.h"

#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace demo::http {
namespace {

/// The status that a block is refused with; 0 where it passes, -1 where more is needed.
int StatusOf(std::string_view block) {
  HeadGuard guard{HeadLimits{}};
  const auto complete = guard.Feed(block);
  if (!complete) return complete.error().status;
  return *complete ? 0 : -1;
}

/// The same, for one more field in a block that is sound otherwise.
int StatusOfField(std::string_view field) {
  return StatusOf("POST / HTTP/1.1\r\nHost: a\r\n" + std::string(field) + "\r\n\r\n");
}

int StatusOfRequestLine(std::string_view line) { return StatusOf(std::string(line) + "\r\nHost: a\r\n\r\n"); }

Framing FramingOf(std::string_view block) {
  HeadGuard guard{HeadLimits{}};
  const auto complete = guard.Feed(block);
  EXPECT_TRUE(complete && *complete) << block;
  return guard.framing();
}

TEST(HeadGuard, PassesWhatIsSound) {
  for (const std::string_view line :
       {"GET / HTTP/1.1", "GET /a?b=c&d=%20 HTTP/1.1", "DELETE /a HTTP/1.1", "GET http://a/b HTTP/1.1",
        "GET HTTPS://a:8080 HTTP/1.1", "GET http://[::1]:80/ HTTP/1.1", "BREW / HTTP/1.1", "GET / HTTP/1.2",
        "OPTIONS * HTTP/1.1", "GET http://a?b HTTP/1.1", "OPTIONS http://a HTTP/1.1"}) {
    EXPECT_EQ(StatusOfRequestLine(line), 0) << line;
  }
  for (const std::string_view field : {"A:", "A: b", "A:\tb \t", "A: caf\xc3\xa9", "Content-Length: 007",
                                       "Transfer-Encoding: ChUnKeD", "Expect: 100-Continue", "Connection: , close",
                                       "Expect:", "Expect: , 100-continue", "Expect:\r\nExpect: 100-continue"}) {
    EXPECT_EQ(StatusOfField(field), 0) << field;
  }
  EXPECT_EQ(StatusOf("\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"), 0);
  EXPECT_EQ(StatusOf("GET / HTTP/1.0\r\n\r\n"), 0);
}

TEST(HeadGuard, RefusesRequestLinesThatAreNone) {
  for (const std::string_view line : {"GET /",
                                      "GET",
                                      "GET  / HTTP/1.1",
                                      "GET / HTTP/1.1 ",
                                      "GET /a b HTTP/1.1",
                                      "GET\t/ HTTP/1.1",
                                      "G(T / HTTP/1.1",
                                      " GET / HTTP/1.1",
                                      "GET / http/1.1",
                                      "GET / HTTP/1",
                                      "GET / HTTP/1.10",
                                      "GET / HTTP/a.b",
                                      "GET / HTP/1.1",
                                      "GET /\x01 HTTP/1.1",
                                      "GET /\x7f HTTP/1.1",
                                      "GET /\xc3\xa9 HTTP/1.1",
                                      "GET /#a HTTP/1.1",
                                      "GET * HTTP/1.1",
                                      "GET a HTTP/1.1",
                                      "GET a:80 HTTP/1.1",
                                      "GET http:// HTTP/1.1",
                                      "GET http:///a HTTP/1.1",
                                      "GET ftp://a/ HTTP/1.1",
                                      "GET http://u@h/ HTTP/1.1",
                                      "GET http://a:x/ HTTP/1.1",
                                      "GET http://?b HTTP/1.1",
                                      "OPTIONS ** HTTP/1.1"}) {
    EXPECT_EQ(StatusOfRequestLine(line), 400) << line;
  }
  EXPECT_EQ(StatusOf("\x16\x03\x01"), 400) << "the greeting of TLS";
  EXPECT_EQ(StatusOf("\r\r"), 400);
  EXPECT_EQ(StatusOf("\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"), 400);
}

TEST(HeadGuard, RefusesOtherVersionsAndMethodsByName) {
  EXPECT_EQ(StatusOfRequestLine("GET / HTTP/2.0"), 505);
  EXPECT_EQ(StatusOfRequestLine("GET / HTTP/0.9"), 505);
  EXPECT_EQ(StatusOf("PRI * HTTP/2.0\r\n"), 505);
  EXPECT_EQ(StatusOfRequestLine("CONNECT a:80 HTTP/1.1"), 501);
  EXPECT_FALSE(FramingOf("BREW / HTTP/1.1\r\nHost: a\r\n\r\n").known_method);
  EXPECT_FALSE(FramingOf("get / HTTP/1.1\r\nHost: a\r\n\r\n").known_method) << "methods are case-sensitive";
}

TEST(HeadGuard, RefusesFieldsThatReadersUnderstandDifferently) {
  for (const std::string_view field : {"A : b", " A: b", "\tfolded", ": b", "A", "A b: c", "A(: c", "A: b\rc",
                                       "A: \x01", "A: b\x7f", "\x80: a", "A\t: b"}) {
    EXPECT_EQ(StatusOfField(field), 400) << field;
  }
  EXPECT_EQ(StatusOfField(std::string_view("A: b\0c", 6)), 400);
  EXPECT_EQ(StatusOf("GET / HTTP/1.1\nHost: a\n\n"), 400);
  EXPECT_EQ(StatusOf("GET / HTTP/1.1\r\nHost: a\n\r\n"), 400);
  EXPECT_EQ(StatusOf("GET / HTTP/1.1\r\nHost: a\r\n\n"), 400);
}

TEST(HeadGuard, RefusesFramingThatIsInDoubt) {
  for (const std::string_view field :
       {"Content-Length:", "Content-Length: +1", "Content-Length: -1", "Content-Length: 1 2", "Content-Length: 0x1",
        "Content-Length: 1, 1", "Content-Length: 18446744073709551616", "Content-Length: 1\r\nContent-Length: 2",
        "Content-Length: 1\r\ncontent-length: 1", "Transfer-Encoding: gzip", "Transfer-Encoding: chunked, chunked",
        "Transfer-Encoding: gzip, chunked", "Transfer-Encoding: identity", "Transfer-Encoding:",
        "Transfer-Encoding: \x0b"
        "chunked",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", "Transfer-Encoding: chunked\r\nContent-Length: 1",
        "Content-Length: 1\r\nTransfer-Encoding: chunked"}) {
    EXPECT_EQ(StatusOfField(field), 400) << field;
  }
  EXPECT_EQ(StatusOf("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"), 400);
  EXPECT_EQ(StatusOfField("Expect: 200-ok"), 417);
  EXPECT_EQ(StatusOfField("Expect: 100-continue, 200-ok"), 417);
}

TEST(HeadGuard, WantsExactlyOneSoundHost) {
  EXPECT_EQ(StatusOf("GET / HTTP/1.1\r\n\r\n"), 400);
  EXPECT_EQ(StatusOfField("Host: a"), 400);
  EXPECT_EQ(StatusOf("GET / HTTP/1.1\r\nHost:\r\n\r\n"), 400) << "an address without a host is none";
  EXPECT_EQ(StatusOf("GET http://a/ HTTP/1.1\r\nHost: \r\n\r\n"), 0) << "the target names it";
  EXPECT_EQ(StatusOf("GET / HTTP/1.0\r\nHost:\r\n\r\n"), 0);
  EXPECT_EQ(StatusOf("GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n"), 400);
  for (const std::string_view host :
       {"a b", "a/b", "a@b", "a:b", "a:123456", ":80", "[::1", "[x]", "a,b:80:1", "a\\b"}) {
    EXPECT_EQ(StatusOf("GET / HTTP/1.1\r\nHost: " + std::string(host) + "\r\n\r\n"), 400) << host;
  }
  for (const std::string_view host :
       {"a", "demo.local:5000", "127.0.0.1", "[::1]", "[fe80::1]:80", "a:", "xn--a_b~c"}) {
    EXPECT_EQ(StatusOf("GET / HTTP/1.1\r\nHost: " + std::string(host) + "\r\n\r\n"), 0) << host;
  }
}

TEST(HeadGuard, AppliesItsLimitsAtTheirLastByte) {
  const std::string path(8 * 1024 - std::string_view("GET  HTTP/1.1").size(), '/');
  EXPECT_EQ(StatusOfRequestLine("GET " + path + " HTTP/1.1"), 0);
  EXPECT_EQ(StatusOfRequestLine("GET /" + path + " HTTP/1.1"), 414);
  EXPECT_EQ(StatusOf(std::string(8 * 1024 + 2, 'a')), 414) << "without waiting for the line's end";

  const std::string host = "Host: a\r\n";
  const std::string value(16 * 1024 - host.size() - std::string_view("A: \r\n").size(), 'v');
  EXPECT_EQ(StatusOf("GET / HTTP/1.1\r\n" + host + "A: " + value + "\r\n\r\n"), 0);
  EXPECT_EQ(StatusOf("GET / HTTP/1.1\r\n" + host + "A: v" + value + "\r\n\r\n"), 431);
  EXPECT_EQ(StatusOf("GET / HTTP/1.1\r\n" + std::string(16 * 1024 + 2, 'a')), 431);

  std::string fields = host;
  for (int i = 1; i < 100; ++i) fields += "A: b\r\n";
  EXPECT_EQ(StatusOf("GET / HTTP/1.1\r\n" + fields + "\r\n"), 0);
  EXPECT_EQ(StatusOf("GET / HTTP/1.1\r\n" + fields + "A: b\r\n\r\n"), 431);
}

TEST(HeadGuard, SaysHowTheMessageIsFramed) {
  EXPECT_EQ(FramingOf("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 12\r\n\r\n").content_length, 12U);
  EXPECT_TRUE(FramingOf("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n").chunked);
  EXPECT_TRUE(FramingOf("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\r\n").expects_continue);
  EXPECT_FALSE(FramingOf("POST / HTTP/1.0\r\nExpect: 100-continue\r\n\r\n").expects_continue);

  EXPECT_TRUE(FramingOf("GET / HTTP/1.1\r\nHost: a\r\n\r\n").keep_alive);
  EXPECT_FALSE(FramingOf("GET / HTTP/1.1\r\nHost: a\r\nConnection: x, Close\r\n\r\n").keep_alive);
  EXPECT_FALSE(FramingOf("GET / HTTP/1.0\r\n\r\n").keep_alive);
  EXPECT_TRUE(FramingOf("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").keep_alive);
  EXPECT_FALSE(FramingOf("GET / HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n").keep_alive);
}

}  // namespace
}  // namespace demo::http
