#include "http/prepare.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <stdexcept>
#include <string>

namespace demo::http {
namespace {

using testing::HasSubstr;
using testing::Not;

Response ResponseOf(std::string type, std::string body, int status = 200) {
  Response response;
  response.status = status;
  response.content_type = std::move(type);
  response.body = std::move(body);
  return response;
}

std::string Repetitive(std::size_t size) {
  std::string text;
  while (text.size() < size) text += R"({"user_id":"user_1","name":"Alice Dupont"},)";
  text.resize(size);
  return text;
}

std::string Incompressible(std::size_t size) {
  std::string text(size, '\0');
  std::uint64_t state = 1;
  for (char& c : text) {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    c = static_cast<char>(state >> 56);
  }
  return text;
}

std::string Unpack(const std::string& packed) {
  z_stream stream{};
  EXPECT_EQ(inflateInit2(&stream, 15 + 16), Z_OK);
  std::string text(1024 * 1024, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(text.data());
  stream.avail_out = static_cast<uInt>(text.size());
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  text.resize(stream.total_out);
  inflateEnd(&stream);
  return text;
}

constexpr Preparation kCached = {.route = 3, .entity_tag = true, .gzip = Preparation::Gzip::kSmall};

TEST(Prepare, AJsonAnswerMayBeKeptAndMustBeRevalidated) {
  const auto stored = Prepare(ResponseOf("application/json", "[]"), kCached);
  EXPECT_EQ(stored->status, 200);
  EXPECT_EQ(stored->route, 3);
  EXPECT_EQ(stored->body, "[]");
  EXPECT_EQ(stored->head,
            "Content-Type: application/json\r\nCache-Control: no-cache\r\nX-Content-Type-Options: nosniff\r\n");
}

TEST(Prepare, TheTagFollowsFromTheBodyAlone) {
  const auto one = Prepare(ResponseOf("application/json", "[1]"), kCached);
  EXPECT_THAT(one->etag, testing::MatchesRegex("\"[A-Za-z0-9_-]{16}\""));
  EXPECT_EQ(one->etag, Prepare(ResponseOf("text/plain", "[1]"), kCached)->etag);
  EXPECT_NE(one->etag, Prepare(ResponseOf("application/json", "[2]"), kCached)->etag);
}

TEST(Prepare, FailuresAndChangesAreNeitherTaggedNorKept) {
  for (const auto& stored : {Prepare(ResponseOf("application/json", "{}", 404), kCached),
                             Prepare(ResponseOf("application/json", "{}"), {.entity_tag = false})}) {
    EXPECT_EQ(stored->etag, "");
    EXPECT_THAT(stored->head, HasSubstr("Cache-Control: no-store\r\n"));
  }
}

TEST(Prepare, CompressesWhatPays) {
  const std::string body = Repetitive(5000);
  const auto stored = Prepare(ResponseOf("application/json", body), kCached);
  ASSERT_FALSE(stored->gzip_body.empty());
  EXPECT_LT(stored->gzip_body.size(), body.size() / 10);
  EXPECT_EQ(Unpack(stored->gzip_body), body);
  EXPECT_EQ(stored->body, body);
  EXPECT_THAT(stored->head, HasSubstr("Vary: Accept-Encoding\r\n"));
}

TEST(Prepare, LeavesAloneWhatDoesNot) {
  for (const auto& stored : {
           Prepare(ResponseOf("application/json", Repetitive(1024)), kCached),
           Prepare(ResponseOf("text/plain", Incompressible(5000)), kCached),
           Prepare(ResponseOf("image/png", Repetitive(5000)), kCached),
           Prepare(ResponseOf("application/json", Repetitive(5000)), {.gzip = Preparation::Gzip::kNo}),
           Prepare(ResponseOf("application/json", Repetitive(5000)), {.gzip = Preparation::Gzip::kFast}),
       }) {
    EXPECT_EQ(stored->gzip_body, "");
    EXPECT_THAT(stored->head, Not(HasSubstr("Vary")));
  }
}

TEST(Prepare, CompressesOnceForOneSendingWhereTheBodyIsLarge) {
  const std::string body = Repetitive(20'000);
  EXPECT_EQ(Unpack(Prepare(ResponseOf("text/html", body), {.gzip = Preparation::Gzip::kFast})->gzip_body), body);
}

TEST(Prepare, APageIsProtectedAndVariesByItsReader) {
  const auto stored = Prepare(ResponseOf("text/html", "<!doctype html>"), {.entity_tag = true});
  EXPECT_THAT(stored->head, HasSubstr("Content-Type: text/html; charset=utf-8\r\n"));
  EXPECT_THAT(stored->head, HasSubstr("Content-Security-Policy: default-src 'none'; "));
  EXPECT_THAT(stored->head, HasSubstr("frame-ancestors 'none'\r\n"));
  EXPECT_THAT(stored->head, HasSubstr("Vary: Accept-Language, Cookie\r\n"));
}

TEST(Prepare, AProblemVariesByWhatItsReaderPrefers) {
  EXPECT_THAT(Prepare(ResponseOf("application/problem+json", "{}", 404), {})->head, HasSubstr("Vary: Accept\r\n"));
  EXPECT_THAT(Prepare(ResponseOf("text/html", "<p>", 404), {})->head,
              HasSubstr("Vary: Accept, Accept-Language, Cookie\r\n"));
}

TEST(Prepare, VariesByEncodingAlsoForAClientThatAcceptsNone) {
  const auto unwanted =
      Prepare(ResponseOf("application/json", Repetitive(20'000)), {.gzip = Preparation::Gzip::kUnwanted});
  EXPECT_EQ(unwanted->gzip_body, "");
  EXPECT_THAT(unwanted->head, HasSubstr("Vary: Accept-Encoding\r\n"));
}

TEST(Prepare, WhatTheHandlerSaysWins) {
  Response response = ResponseOf("text/html; charset=utf-8", "<p>");
  response.headers = {{"cache-control", "public, max-age=31536000, immutable"}, {"Content-Security-Policy", "sandbox"}};
  const auto stored = Prepare(std::move(response), kCached);
  EXPECT_THAT(stored->head, Not(HasSubstr("no-cache")));
  EXPECT_THAT(stored->head, HasSubstr("cache-control: public, max-age=31536000, immutable\r\n"));
  EXPECT_THAT(stored->head, HasSubstr("Content-Security-Policy: sandbox\r\n"));
  EXPECT_THAT(stored->head, Not(HasSubstr("default-src")));
  EXPECT_THAT(stored->head, HasSubstr("Content-Type: text/html; charset=utf-8\r\n"));
}

TEST(Prepare, AHeaderCannotBreakTheFraming) {
  for (const std::string& value : {std::string("a\r\nSet-Cookie: x=1"), std::string("a\nb"), std::string("a\0b", 3)}) {
    Response response;
    response.headers = {{"Location", value}};
    EXPECT_THROW(Prepare(std::move(response), {}), std::invalid_argument) << value;
  }
}

TEST(Prepare, ARedirectHasNoType) {
  Response response = ResponseOf("application/json", "", 303);
  response.headers = {{"Location", "/"}};
  EXPECT_THAT(Prepare(std::move(response), {})->head, Not(HasSubstr("application/json")));
}

}  // namespace
}  // namespace demo::http
