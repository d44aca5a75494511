#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

/// The program's log: one line an event, written to standard error by a thread of its own, so that what a command
/// prints (standard output) never mixes with it. As text on a terminal, else as JSON lines.
///
/// All functions are thread-safe. Writing a line never waits for the reader of the log: the queue is bounded, a line
/// that finds it full pushes out the oldest one, and the number of lines lost is reported in the log itself and by
/// LostLines. Values may hold any bytes: they are escaped and cannot forge a line. Secrets are the caller's to leave
/// out.
namespace demo::log {

enum class Level : std::uint8_t { kDebug, kInfo, kWarning, kError, kOff };
enum class Format : std::uint8_t { kText, kJson };

struct Options {
  Level level = Level::kInfo;
  std::optional<Format> format;  ///< Unset: text where `fd` is a terminal, else JSON.
  int fd = 2;
  std::size_t queue_lines = 1024;
};

/// Until Start, and after Stop, lines of warning and above are written at once, as text, by the caller.
void Start(const Options& options);
/// Writes what is queued, for at most `deadline` (a reader that has stopped reading holds nobody up); true when all of
/// it was written.
bool Stop(std::chrono::milliseconds deadline);

bool Enabled(Level level);
Format ActiveFormat();
std::uint64_t LostLines();

/// Appends whole lines that are formatted already, at once, in the caller's time: for the access log's own thread.
void WriteLines(std::string_view lines);

/// A named value of a line. The views need to live only as long as the call.
struct Field {
  using Value = std::variant<std::string_view, std::int64_t, std::uint64_t, double, bool>;
  std::string_view key;  ///< [a-z0-9_]+
  Value value;

  template <typename T>
  Field(std::string_view name, const T& v) : key(name), value(ToValue(v)) {}

 private:
  template <typename T>
  static Value ToValue(const T& v) {
    if constexpr (std::is_same_v<T, bool>) {
      return v;
    } else if constexpr (std::is_floating_point_v<T>) {
      return static_cast<double>(v);
    } else if constexpr (std::is_integral_v<T> && std::is_signed_v<T>) {
      return static_cast<std::int64_t>(v);
    } else if constexpr (std::is_integral_v<T>) {
      return static_cast<std::uint64_t>(v);
    } else {
      return std::string_view(v);
    }
  }
};

using Fields = std::initializer_list<Field>;

/// `message` is constant text, so that lines can be counted by it: "cannot accept a connection"; what varies is a
/// field.
void Write(Level level, std::string_view message, Fields fields = {});
inline void Debug(std::string_view message, Fields fields = {}) { Write(Level::kDebug, message, fields); }
inline void Info(std::string_view message, Fields fields = {}) { Write(Level::kInfo, message, fields); }
inline void Warning(std::string_view message, Fields fields = {}) { Write(Level::kWarning, message, fields); }
inline void Error(std::string_view message, Fields fields = {}) { Write(Level::kError, message, fields); }

/// Lets one line a second through at a place that a fault could make write without end; static at that place.
class Throttle {
 public:
  /// Nothing where this line is to be left out; else how many were since the last that was let through.
  std::optional<std::uint64_t> Admit();

 private:
  std::atomic<std::int64_t> next_{0};  ///< Steady nanoseconds.
  std::atomic<std::uint64_t> left_out_{0};
};

/// As Write, at most once a second for `throttle`, with the field `left_out` when lines were.
void Write(Throttle& throttle, Level level, std::string_view message, Fields fields = {});
inline void Warning(Throttle& throttle, std::string_view message, Fields fields = {}) {
  Write(throttle, Level::kWarning, message, fields);
}
inline void Error(Throttle& throttle, std::string_view message, Fields fields = {}) {
  Write(throttle, Level::kError, message, fields);
}

}  // namespace demo::log
