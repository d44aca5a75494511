#include "cli/load_progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

namespace demo {
namespace {

constexpr std::chrono::milliseconds kBarInterval{100};
constexpr std::chrono::milliseconds kLineInterval{1000};

std::string Bar(std::int64_t done, std::int64_t total) {
  constexpr std::int64_t kWidth = 30;
  const auto full = static_cast<std::size_t>(total == 0 ? kWidth : kWidth * done / total);
  return "[" + std::string(full, '#') + std::string(kWidth - full, '.') + "]";
}

std::string Remaining(double seconds) {
  const auto whole = static_cast<std::int64_t>(seconds) + 1;
  return fmt::format("{}:{:02} left", whole / 60, whole % 60);
}

}  // namespace

std::string Grouped(std::int64_t number) {
  std::string text = std::to_string(number);
  for (auto i = static_cast<std::ptrdiff_t>(text.size()) - 3; i > 0; i -= 3) {
    text.insert(static_cast<std::size_t>(i), 1, ' ');
  }
  return text;
}

LoadProgress::LoadProgress(std::ostream& out, bool terminal, std::int64_t begin, std::int64_t total, SteadyTime now)
    : out_(out), terminal_(terminal), begin_(begin), total_(total), start_(now), next_(now) {}

void LoadProgress::Show(std::int64_t done, SteadyTime now) {
  if (now < next_ && done < total_) return;
  next_ = now + (terminal_ ? kBarInterval : kLineInterval);
  if (terminal_) {
    out_ << "\r\x1B[K" << Bar(done, total_) << " " << Line(done, now) << std::flush;
    drawn_ = true;
  } else {
    out_ << Line(done, now) << std::endl;
  }
}

void LoadProgress::End() {
  if (drawn_) out_ << std::endl;
  drawn_ = false;
}

std::string LoadProgress::Line(std::int64_t done, SteadyTime now) const {
  const double seconds = std::chrono::duration<double>(now - start_).count();
  std::string line =
      fmt::format("{:3} %  {} of {} records", total_ == 0 ? 100 : 100 * done / total_, Grouped(done), Grouped(total_));
  if (seconds < 0.05 || done <= begin_) return line;
  const double rate = static_cast<double>(done - begin_) / seconds;
  line += fmt::format("  {}/s", Grouped(static_cast<std::int64_t>(rate)));
  if (done < total_) line += "  " + Remaining(static_cast<double>(total_ - done) / rate);
  return line;
}

}  // namespace demo
