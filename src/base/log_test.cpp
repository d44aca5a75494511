#include "base/log.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <limits>
#include <string>
#include <thread>
#include <vector>

namespace demo::log {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;
using namespace std::chrono_literals;

/// A log that goes into a pipe. Nobody reads the pipe until Lines is called.
class PipedLog {
 public:
  explicit PipedLog(Options options) {
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
    read_end_ = ends[0];
    write_end_ = ends[1];
    options.fd = write_end_;
    Start(options);
  }
  ~PipedLog() {
    Stop(1s);
    ::close(write_end_);
    ::close(read_end_);
  }
  PipedLog(const PipedLog&) = delete;
  PipedLog& operator=(const PipedLog&) = delete;

  /// Ends the log and gives what it wrote, line by line.
  std::vector<std::string> Lines() {
    std::thread reader([this] { ReadAll(); });
    EXPECT_TRUE(Stop(5s));
    ::close(std::exchange(write_end_, -1));
    reader.join();
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < text_.size();) {
      const std::size_t end = text_.find('\n', at);
      lines.push_back(text_.substr(at, end - at));
      at = end == std::string::npos ? text_.size() : end + 1;
    }
    return lines;
  }

  int pipe_size() const { return ::fcntl(write_end_, F_GETPIPE_SZ); }

 private:
  void ReadAll() {
    std::array<char, 65536> buffer{};
    for (ssize_t got = 0; (got = ::read(read_end_, buffer.data(), buffer.size())) > 0;) {
      text_.append(buffer.data(), static_cast<std::size_t>(got));
    }
  }

  int read_end_ = -1;
  int write_end_ = -1;
  std::string text_;
};

TEST(Log, WritesJsonLinesWithTypedFields) {
  PipedLog log({.format = Format::kJson});
  Info("store opened", {{"file", "data/demo.db"}, {"bytes", 4096}, {"ratio", 0.5}, {"fresh", true}, {"id", ~0ULL}});
  const auto lines = log.Lines();
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_THAT(lines[0],
              MatchesRegex(R"(\{"time":"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\.[0-9]{3}Z","level":"info",.*)"));
  EXPECT_THAT(lines[0], HasSubstr(R"("message":"store opened","file":"data/demo.db","bytes":4096,"ratio":0.5,)"
                                  R"("fresh":true,"id":18446744073709551615})"));
}

TEST(Log, WritesTextForPeople) {
  PipedLog log({.format = Format::kText});
  Warning("store is not ready", {{"reason", "disk full"}, {"code", "unavailable"}, {"tries", -3}, {"empty", ""}});
  const auto lines = log.Lines();
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_THAT(lines[0],
              HasSubstr(R"(Z warning store is not ready reason="disk full" code=unavailable tries=-3 empty="")"));
}

TEST(Log, HostileValuesForgeNoLine) {
  const std::string hostile = "/x\"\n{\"level\":\"error\"}\r\x1B[2J\x00\xFF\xC2\x9B" + std::string("\0", 1);
  for (const Format format : {Format::kJson, Format::kText}) {
    PipedLog log({.format = format});
    Info("request", {{"path", hostile}});
    Info(hostile);
    const auto lines = log.Lines();
    ASSERT_EQ(lines.size(), 2U);
    for (const std::string& line : lines) {
      for (const char c : line) EXPECT_GE(static_cast<unsigned char>(c), 0x20) << line;
      EXPECT_THAT(line, Not(HasSubstr("\xC2\x9B")));
      EXPECT_THAT(line, HasSubstr(R"(/x\"\n{\"level\":\"error\"}\r\u001b[2J)"));
    }
  }
}

TEST(Log, NumbersThatJsonDoesNotKnowBecomeZero) {
  PipedLog log({.format = Format::kJson});
  Info("x", {{"nan", std::numeric_limits<double>::quiet_NaN()}, {"inf", std::numeric_limits<double>::infinity()}});
  EXPECT_THAT(log.Lines().at(0), HasSubstr(R"("nan":0,"inf":0})"));
}

TEST(Log, LeavesOutWhatIsBelowItsLevel) {
  PipedLog log({.level = Level::kWarning, .format = Format::kJson});
  EXPECT_FALSE(Enabled(Level::kInfo));
  Info("not this");
  Error("this");
  const auto lines = log.Lines();
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_THAT(lines[0], HasSubstr(R"("level":"error","message":"this")"));
}

TEST(Log, NeverWaitsForAReaderAndTellsWhatWasLost) {
  const std::uint64_t lost_before = LostLines();
  PipedLog log({.format = Format::kJson, .queue_lines = 16});
  // Far more than the pipe and the queue hold: this would hang here if writing waited for the reader.
  const std::string padding(1000, 'x');
  const int lines_written = log.pipe_size() / 1000 + 200;
  for (int i = 0; i < lines_written; ++i) Info("much", {{"padding", padding}});
  EXPECT_GE(LostLines() - lost_before, 100U);

  std::size_t kept = 0;
  std::size_t told = 0;
  for (const std::string& line : log.Lines()) {
    if (line.find("\"much\"") != std::string::npos) ++kept;
    const auto at = line.find(R"("message":"log lines were lost","lines":)");
    if (at != std::string::npos) told += std::stoul(line.substr(line.find("\"lines\":") + 8));
  }
  EXPECT_EQ(kept + told, static_cast<std::size_t>(lines_written));
  EXPECT_EQ(LostLines() - lost_before, told);
}

TEST(Log, StopGivesUpOnAReaderThatStoppedReading) {
  std::signal(SIGPIPE, SIG_IGN);
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  Start({.format = Format::kJson, .fd = ends[1], .queue_lines = 64});
  const std::string padding(8000, 'x');
  for (int i = 0; i < 64; ++i) Info("much", {{"padding", padding}});
  EXPECT_FALSE(Stop(50ms));
  ::close(ends[0]);  // The writer that hangs gets EPIPE and ends.
}

TEST(Log, ManyThreadsWriteWholeLines) {
  PipedLog log({.format = Format::kJson, .queue_lines = 8192});
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([] {
        for (int i = 0; i < 200; ++i) Info("line", {{"number", i}});
        WriteLines("{\"whole\":true}\n");
      });
    }
  }
  const auto lines = log.Lines();
  EXPECT_EQ(lines.size(), 804U);
  for (const std::string& line : lines) EXPECT_TRUE(line.starts_with('{') && line.ends_with('}')) << line;
}

TEST(LogThrottle, LetsOneLineASecondThroughAndCountsTheRest) {
  PipedLog log({.format = Format::kJson});
  Throttle throttle;
  for (int i = 0; i < 50; ++i) Warning(throttle, "cannot accept");
  std::this_thread::sleep_for(1010ms);
  Warning(throttle, "cannot accept");
  const auto lines = log.Lines();
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_THAT(lines[0], Not(HasSubstr("left_out")));
  EXPECT_THAT(lines[1], HasSubstr("\"left_out\":49"));
}

TEST(LogThrottle, OfManyThreadsLetsOneLineThrough) {
  Throttle throttle;
  std::atomic<int> admitted{0};
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 1000; ++i) admitted += throttle.Admit() ? 1 : 0;
      });
    }
  }
  EXPECT_EQ(admitted, 1);
}

}  // namespace
}  // namespace demo::log
