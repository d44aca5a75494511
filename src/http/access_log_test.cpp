#include "http/access_log.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <boost/json.hpp>
#include <string>
#include <thread>

#include "base/log.h"
#include "cache/stored_response.h"
#include "http/access_record.h"
#include "http/request.h"
#include "http/response.h"

namespace demo::http {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::StartsWith;

const std::vector<std::string_view> kRoutes = {"/api/users", "/api/users/{user_id}"};
constexpr std::string_view kTraceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

Request MakeRequest(std::string_view path) {
  Request request;
  request.method = Method::kGet;
  request.path = path;
  request.id = 0xBEEF;
  request.received_at = SteadyTime(1s);
  return request;
}

std::string Line(const Exchange& exchange, std::uint16_t route, log::Format format) {
  AccessRecord record;
  FillAccessRecord(record, exchange, route);
  std::string line;
  // 2026-11-23T00:00:00Z, less the second that the request was read at.
  AccessFormatter(kRoutes, format).Append(line, record, 1'795'392'000'000'000'000 - 1'000'000'000);
  return line;
}

TEST(AccessLine, SaysWhatWasAskedAndAnswered) {
  Request request = MakeRequest("/api/users/user_1");
  request.traceparent = kTraceparent;
  Reply reply;
  reply.cache = CacheResult::kHit;
  const Exchange exchange{request, false, &reply, 200, 380, 21'400};
  EXPECT_EQ(Line(exchange, 1, log::Format::kJson),
            R"({"time":"2026-11-23T00:00:00.000Z","level":"info","message":"request","method":"GET",)"
            R"("route":"/api/users/{user_id}","path":"/api/users/user_1","status":200,"bytes":380,"duration_ms":0.021,)"
            R"("cache":"hit","request_id":"000000000000beef","trace_id":"4bf92f3577b34da6a3ce929d0e0e4736"})"
            "\n");
  EXPECT_EQ(Line(exchange, 1, log::Format::kText),
            "2026-11-23T00:00:00.000Z info    GET \"/api/users/user_1\" 200 380 bytes 0.021 ms cache=hit "
            "route=/api/users/{user_id} request_id=000000000000beef trace_id=4bf92f3577b34da6a3ce929d0e0e4736\n");
}

TEST(AccessLine, OfWhatCouldNotBeParsedHasNoPath) {
  Request request = MakeRequest("");
  request.method = Method::kOther;
  const Exchange exchange{request, true, nullptr, 400, 200, 5'000};
  const std::string line = Line(exchange, kNoRoute, log::Format::kJson);
  EXPECT_THAT(line, HasSubstr(R"("method":"-","route":"unmatched","path":"","status":400)"));
  EXPECT_THAT(line, HasSubstr(R"("request_id":"000000000000beef")"));
}

TEST(AccessLine, IgnoresAMalformedTrace) {
  Request request = MakeRequest("/api/users");
  const Exchange exchange{request, false, nullptr, 499, 0, 1};
  for (const std::string& malformed : {std::string("00-zz"), std::string(kTraceparent) + "-more", std::string(500, '0'),
                                       "00-" + std::string(32, '"') + "-00f067aa0ba902b7-01"}) {
    request.traceparent = malformed;
    EXPECT_EQ(Line(exchange, 0, log::Format::kJson).find("trace_id"), std::string::npos) << malformed;
  }
  const std::string later = "01" + std::string(kTraceparent.substr(2)) + "-and-more";
  request.traceparent = later;
  EXPECT_THAT(Line(exchange, 0, log::Format::kJson), HasSubstr("\"trace_id\":\"4bf92f3577b34da6a3ce929d0e0e4736\""));
}

TEST(AccessLine, HostilePathsForgeNothingAndAreCut) {
  const std::string hostile = "/\"}\n{\"forged\":1}\x1B[2J\xFF" + std::string(70'000, '\n');
  const Request request = MakeRequest(hostile);
  const Exchange exchange{request, false, nullptr, 404, 0, 1};
  for (const log::Format format : {log::Format::kJson, log::Format::kText}) {
    const std::string line = Line(exchange, kNoRoute, format);
    EXPECT_EQ(std::ranges::count(line, '\n'), 1);
    EXPECT_LT(line.size(), 1500U);
  }
  const json::value parsed = json::parse(Line(exchange, kNoRoute, log::Format::kJson));
  EXPECT_THAT(std::string(parsed.at("path").as_string()), StartsWith("/\"}\n{\"forged\":1}\x1B[2J\xEF\xBF\xBD\n"));
  EXPECT_EQ(parsed.at("path_length").as_int64(), 65535);
}

/// The log of the process, into a pipe that is read at the end.
class AccessLogTest : public testing::Test {
 protected:
  AccessLogTest() {
    EXPECT_EQ(::pipe2(ends_.data(), O_CLOEXEC), 0);
    ::fcntl(ends_[1], F_SETPIPE_SZ, 1 << 20);
    log::Start({.format = log::Format::kJson, .fd = ends_[1]});
  }
  ~AccessLogTest() override { ::close(ends_[0]); }

  std::vector<std::string> Lines() {
    log::Stop(5s);
    ::close(ends_[1]);
    std::string text;
    std::array<char, 65536> buffer{};
    for (ssize_t got = 0; (got = ::read(ends_[0], buffer.data(), buffer.size())) > 0;) {
      text.append(buffer.data(), static_cast<std::size_t>(got));
    }
    std::vector<std::string> lines;
    for (std::size_t at = 0, end = 0; (end = text.find('\n', at)) != std::string::npos; at = end + 1) {
      lines.push_back(text.substr(at, end - at));
    }
    return lines;
  }

  std::array<int, 2> ends_{};
};

TEST_F(AccessLogTest, WritesALineForEachRequestOfEachLoop) {
  {
    AccessLog access_log(kRoutes, {});
    std::vector<std::jthread> loops;
    for (int t = 0; t < 3; ++t) {
      loops.emplace_back([&access_log] {
        for (int i = 0; i < 300; ++i) {
          const std::string path = "/api/users/user_" + std::to_string(i);
          const Request request = MakeRequest(path);
          access_log.Note({request, false, nullptr, 200, 10, 1'000}, 1);
        }
      });
    }
  }
  const auto lines = Lines();
  EXPECT_EQ(lines.size(), 900U);
  for (const std::string& line : lines) EXPECT_EQ(json::parse(line).at("message").as_string(), "request");
}

TEST_F(AccessLogTest, LeavesOutWhatDoesNotFitAndSaysHowMany) {
  constexpr int kNoted = 500;
  std::uint64_t lost = 0;
  {
    AccessLog access_log(kRoutes, {.ring_records = 8, .pause = 1h});
    const Request request = MakeRequest("/api/users");
    for (int i = 0; i < kNoted; ++i) access_log.Note({request, false, nullptr, 200, 10, 1'000}, 0);
    lost = access_log.LostLines();
    EXPECT_EQ(lost, kNoted - 8);
  }
  const auto lines = Lines();
  EXPECT_EQ(lines.size(), 9U);
  EXPECT_THAT(lines, testing::Contains(HasSubstr(R"("message":"access lines were left out","lines":492)")));
}

TEST_F(AccessLogTest, HoldsNobodyUpWhenTheReaderHasStopped) {
  ::fcntl(ends_[1], F_SETPIPE_SZ, 4096);
  {
    AccessLog access_log(kRoutes, {.ring_records = 1024, .pause = 1ms});
    const Request request = MakeRequest("/api/users");
    for (int i = 0; i < 100'000; ++i) access_log.Note({request, false, nullptr, 200, 10, 1'000}, 0);
    EXPECT_GT(access_log.LostLines(), 90'000U);
  }
  // Its thread still hangs in the write; reading lets it end.
  std::thread reader([this] {
    std::array<char, 65536> buffer{};
    while (::read(ends_[0], buffer.data(), buffer.size()) > 0) {
    }
  });
  EXPECT_TRUE(log::Stop(5s));
  ::close(ends_[1]);
  reader.join();
}

}  // namespace
}  // namespace demo::http
