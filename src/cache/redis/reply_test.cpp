#include "cache/redis/reply.h"

#include <gtest/gtest.h>

#include <random>

namespace demo::redis {
namespace {

using namespace std::string_literals;

constexpr std::size_t kMaxBytes = 4096;

std::optional<Reply> Parse(std::string_view bytes) {
  ReplyReader reader(kMaxBytes);
  reader.Feed(bytes);
  auto reply = reader.Next();
  return reply ? *std::move(reply) : std::nullopt;
}

bool IsRefused(std::string_view bytes) {
  ReplyReader reader(kMaxBytes);
  reader.Feed(bytes);
  return !reader.Next();
}

TEST(ReplyReader, ReadsEachKind) {
  EXPECT_EQ(Parse("+OK\r\n")->text, "OK");
  EXPECT_TRUE(Parse("-ERR no\r\n")->IsError());
  EXPECT_EQ(Parse(":-7\r\n")->number, -7);
  EXPECT_EQ(Parse("$3\r\na\r\n\r\n")->text, "a\r\n");
  EXPECT_EQ(Parse("$-1\r\n")->kind, Reply::Kind::kNil);
  EXPECT_EQ(Parse("*-1\r\n")->kind, Reply::Kind::kNil);
  EXPECT_TRUE(Parse("*0\r\n")->IsList(0));
  const auto list = Parse("*3\r\n$7\r\nmessage\r\n*1\r\n:1\r\n$-1\r\n");
  ASSERT_TRUE(list && list->IsList(3));
  EXPECT_EQ(list->items[0].text, "message");
  EXPECT_EQ(list->items[1].items[0].number, 1);
  EXPECT_EQ(list->items[2].kind, Reply::Kind::kNil);
}

TEST(ReplyReader, WaitsForTheEndWhereverTheBytesAreCut) {
  constexpr std::string_view kBytes = "*2\r\n$5\r\nhello\r\n:42\r\n+PONG\r\n";
  for (std::size_t cut = 0; cut <= kBytes.size(); ++cut) {
    ReplyReader reader(kMaxBytes);
    std::vector<Reply> replies;
    for (const auto part : {kBytes.substr(0, cut), kBytes.substr(cut)}) {
      reader.Feed(part);
      for (auto reply = reader.Next(); reply && *reply; reply = reader.Next()) replies.push_back(**std::move(reply));
    }
    ASSERT_EQ(replies.size(), 2U) << cut;
    EXPECT_EQ(replies[0].items[1].number, 42);
    EXPECT_EQ(replies[1].text, "PONG");
  }
}

TEST(ReplyReader, RefusesWhatIsNotTheProtocol) {
  EXPECT_TRUE(IsRefused("HTTP/1.1 200 OK\r\n\r\n"));
  EXPECT_TRUE(IsRefused(std::string_view("\0\0\0\0", 4)));
  EXPECT_TRUE(IsRefused("$-2\r\n"));
}

// The count is the server's word alone: nothing is allocated for it.
TEST(ReplyReader, RefusesMoreThanItsBounds) {
  EXPECT_TRUE(IsRefused("*2000000000\r\n"));
  EXPECT_TRUE(IsRefused("*2\r\n*1025\r\n"));
  EXPECT_TRUE(Parse("*1\r\n$1\r\na\r\n").has_value());
  ReplyReader reader(kMaxBytes);
  reader.Feed("$100000\r\n");
  EXPECT_TRUE(reader.Next());
  reader.Feed(std::string(kMaxBytes, 'x'));
  EXPECT_FALSE(reader.Next());
  std::string deep;
  for (int i = 0; i < 20; ++i) deep += "*1\r\n";
  EXPECT_TRUE(IsRefused(deep + ":1\r\n"));
}

TEST(ReplyReader, SurvivesNoise) {
  std::minstd_rand random(7);
  constexpr std::string_view kAlphabet = "*$:+-0123456789\r\n\0ab";
  for (int round = 0; round < 5000; ++round) {
    std::string noise;
    for (int i = 0; i < 40; ++i) noise += kAlphabet[random() % kAlphabet.size()];
    ReplyReader reader(kMaxBytes);
    reader.Feed(noise);
    for (auto reply = reader.Next(); reply && *reply; reply = reader.Next()) {
    }
  }
}

TEST(Commands, AreWrittenAsLengthsAndBytes) {
  Commands commands;
  commands.Add({"SET", "a b", std::string_view("\0\r\n", 3)}).Add({"PING"});
  EXPECT_EQ(commands.bytes(), "*3\r\n$3\r\nSET\r\n$3\r\na b\r\n$3\r\n\0\r\n\r\n*1\r\n$4\r\nPING\r\n"s);
  EXPECT_EQ(commands.count(), 2U);
}

}  // namespace
}  // namespace demo::redis
