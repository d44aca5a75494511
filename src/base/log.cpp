#include "base/log.h"

#include <fmt/format.h>
#include <pthread.h>
#include <spdlog/async_logger.h>
#include <spdlog/details/thread_pool.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <condition_variable>
#include <iterator>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/json.h"

namespace demo::log {
namespace {

void WriteAll(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written > 0) {
      bytes.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EAGAIN) {
      // Some shells leave their terminal non-blocking; this thread has the time to wait for it.
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    } else if (errno != EINTR) {
      return;  // Nobody reads; there is nowhere to say so.
    }
  }
}

using Queue = spdlog::details::thread_pool;

std::string FormatLine(std::string_view message, Fields fields, const Field* last, Format format);

class DescriptorSink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  /// `queue` is where the lines come from: its thread writes them, and so it is there whenever they are written.
  DescriptorSink(int fd, Format format, Queue& queue) : fd_(fd), format_(format), queue_(queue) {}
  void WriteLines(std::string_view lines) {
    const std::lock_guard lock(mutex_);
    WriteAll(fd_, lines);
  }
  /// True once a flush has come through the queue, and so every line before it.
  bool AwaitFlush(SteadyTime end) {
    std::unique_lock lock(flush_mutex_);
    return flush_done_.wait_until(lock, end, [this] { return flushed_; });
  }

 private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    TellLoss();
    WriteMessage(message);
  }
  void WriteMessage(const spdlog::details::log_msg& message) {
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    WriteAll(fd_, {line.data(), line.size()});
  }
  // Behind the queue, where nothing can push it out again.
  void TellLoss() {
    const std::uint64_t lost = queue_.overrun_counter();
    if (lost == told_) return;
    const Field count("lines", lost - std::exchange(told_, lost));
    const std::string line = FormatLine("log lines were lost", {}, &count, format_);
    WriteMessage({spdlog::string_view_t(), spdlog::level::warn, line});
  }
  void flush_() override {
    TellLoss();
    const std::lock_guard lock(flush_mutex_);
    flushed_ = true;
    flush_done_.notify_all();
  }

  const int fd_;
  const Format format_;
  Queue& queue_;
  std::uint64_t told_ = 0;  ///< Of the lines that were lost.
  std::mutex flush_mutex_;
  std::condition_variable flush_done_;
  bool flushed_ = false;
};

/// One Start until its Stop. Never destroyed: a thread that was about to write when it ended may still be using it.
struct Session {
  Session(const Options& options, Format chosen, const std::shared_ptr<Queue>& lines)
      : format(chosen),
        sink(std::make_shared<DescriptorSink>(options.fd, chosen, *lines)),
        queue(lines),
        logger(std::make_shared<spdlog::async_logger>("", sink, lines, spdlog::async_overflow_policy::overrun_oldest)) {
    // UTC in both: lines of several machines are laid side by side.
    const char* pattern = chosen == Format::kJson ? R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v})"
                                                  : "%Y-%m-%dT%H:%M:%S.%eZ %-7l %v";
    logger->set_formatter(std::make_unique<spdlog::pattern_formatter>(pattern, spdlog::pattern_time_type::utc, "\n"));
    logger->set_level(spdlog::level::trace);
    logger->set_error_handler([](const std::string&) {});  // A line that came after Stop: its queue has gone.
  }

  const Format format;
  const std::shared_ptr<DescriptorSink> sink;
  const std::weak_ptr<Queue> queue;
  const std::shared_ptr<spdlog::async_logger> logger;
};

constexpr Level kLowestWithoutSession = Level::kWarning;
std::mutex start_mutex;  // Guards Start against Stop.
std::atomic<Session*> session{nullptr};
std::atomic<Level> lowest{kLowestWithoutSession};
std::atomic<std::uint64_t> lost_before{0};  // In sessions that ended.

// Never destroyed, so that what it points to counts as reachable until the process ends.
std::vector<std::shared_ptr<void>>& KeptForEver() {
  static auto& kept = *new std::vector<std::shared_ptr<void>>;
  return kept;
}
std::shared_ptr<Queue>& OpenQueue() {
  static auto& queue = *new std::shared_ptr<Queue>;
  return queue;
}

spdlog::level::level_enum ToSpdlog(Level level) {
  constexpr std::array kLevels = {spdlog::level::debug, spdlog::level::info, spdlog::level::warn, spdlog::level::err,
                                  spdlog::level::off};
  return kLevels[static_cast<std::size_t>(level)];
}

bool IsBare(std::string_view text) {
  const auto plain = [](char c) { return c > ' ' && c < 0x7F && c != '"' && c != '=' && c != '\\'; };
  return !text.empty() && std::ranges::all_of(text, plain);
}

void AppendValue(std::string& line, const Field::Value& value, Format format) {
  if (const auto* text = std::get_if<std::string_view>(&value)) {
    if (format == Format::kText && IsBare(*text)) {
      line += *text;
    } else {
      AppendJsonString(line, *text);
    }
    return;
  }
  if (const auto* number = std::get_if<double>(&value)) {
    // JSON knows no infinity and no NaN.
    const bool finite = *number - *number == 0;
    finite ? fmt::format_to(std::back_inserter(line), "{}", *number) : std::back_inserter(line) = '0';
    return;
  }
  std::visit(
      [&line](const auto& plain) {
        using Plain = std::decay_t<decltype(plain)>;
        if constexpr (std::is_integral_v<Plain>) fmt::format_to(std::back_inserter(line), "{}", plain);
      },
      value);
}

void AppendMessage(std::string& line, std::string_view message, Format format) {
  if (format == Format::kJson) line += R"("message":)";
  if (format == Format::kText && std::ranges::all_of(message, [](char c) { return c >= ' ' && c < 0x7F; })) {
    line += message;
  } else {
    AppendJsonString(line, message);
  }
}

void AppendField(std::string& line, const Field& field, Format format) {
  line += format == Format::kJson ? ",\"" : " ";
  line += field.key;
  line += format == Format::kJson ? "\":" : "=";
  AppendValue(line, field.value, format);
}

std::string FormatLine(std::string_view message, Fields fields, const Field* last, Format format) {
  std::string line;
  AppendMessage(line, message, format);
  for (const Field& field : fields) AppendField(line, field, format);
  if (last != nullptr) AppendField(line, *last, format);
  return line;
}

void WriteLine(Level level, std::string_view message, Fields fields, const Field* last) {
  if (!Enabled(level)) return;
  Session* current = session.load(std::memory_order_acquire);
  if (current == nullptr) {
    std::string line = FormatLine(message, fields, last, Format::kText);
    line += '\n';
    WriteAll(STDERR_FILENO, line);
    return;
  }
  current->logger->log(ToSpdlog(level), FormatLine(message, fields, last, current->format));
}

}  // namespace

void Start(const Options& options) {
  const std::lock_guard lock(start_mutex);
  const Format format = options.format.value_or(::isatty(options.fd) == 1 ? Format::kText : Format::kJson);
  OpenQueue() = std::make_shared<Queue>(options.queue_lines, 1, [] { pthread_setname_np(pthread_self(), "log"); });
  auto opened = std::make_shared<Session>(options, format, OpenQueue());
  KeptForEver().push_back(opened);
  lowest.store(options.level, std::memory_order_relaxed);
  session.store(opened.get(), std::memory_order_release);
}

bool Stop(std::chrono::milliseconds deadline) {
  const std::lock_guard lock(start_mutex);
  Session* ended = session.exchange(nullptr);
  if (ended == nullptr) return true;
  lowest.store(kLowestWithoutSession, std::memory_order_relaxed);
  const std::shared_ptr<Queue> queue = std::exchange(OpenQueue(), nullptr);
  // In a queue that is full the flush would push out a line.
  const SteadyTime end = SteadyClock::now() + deadline;
  while (queue->queue_size() > 0 && SteadyClock::now() < end) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  ended->logger->flush();
  const bool flushed = ended->sink->AwaitFlush(end);
  lost_before.fetch_add(queue->overrun_counter());
  if (!flushed) KeptForEver().push_back(queue);  // Its thread hangs in a write; joining it would hang too.
  return flushed;
}

bool Enabled(Level level) { return level >= lowest.load(std::memory_order_relaxed) && level != Level::kOff; }

Format ActiveFormat() {
  const Session* current = session.load(std::memory_order_acquire);
  return current == nullptr ? Format::kText : current->format;
}

std::uint64_t LostLines() {
  const Session* current = session.load(std::memory_order_acquire);
  const auto queue = current == nullptr ? nullptr : current->queue.lock();
  return lost_before.load() + (queue ? queue->overrun_counter() : 0);
}

void WriteLines(std::string_view lines) {
  if (Session* current = session.load(std::memory_order_acquire)) current->sink->WriteLines(lines);
}

void Write(Level level, std::string_view message, Fields fields) { WriteLine(level, message, fields, nullptr); }

std::optional<std::uint64_t> Throttle::Admit() {
  constexpr std::int64_t kSecond = 1'000'000'000;
  const std::int64_t now = SteadyClock::now().time_since_epoch() / std::chrono::nanoseconds(1);
  std::int64_t next = next_.load(std::memory_order_relaxed);
  if (now < next || !next_.compare_exchange_strong(next, now + kSecond, std::memory_order_relaxed)) {
    left_out_.fetch_add(1, std::memory_order_relaxed);
    return std::nullopt;
  }
  return left_out_.exchange(0, std::memory_order_relaxed);
}

void Write(Throttle& throttle, Level level, std::string_view message, Fields fields) {
  if (!Enabled(level)) return;
  const auto left_out = throttle.Admit();
  if (!left_out) return;
  const Field count("left_out", *left_out);
  WriteLine(level, message, fields, *left_out > 0 ? &count : nullptr);
}

}  // namespace demo::log
