#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/log.h"
#include "http/response.h"
#include "http/server.h"

namespace demo::http {

/// All that the access log says of one request, in a fixed size, so that a loop can note it without allocating.
struct AccessRecord {
  static constexpr std::size_t kMaxPath = 150;
  /// A traceparent of version 00, and one more to see whether a later version's goes on as it must.
  static constexpr std::size_t kMaxTraceparent = 56;

  std::int64_t finished;  ///< Steady nanoseconds; the log's thread turns them into wall time.
  std::int64_t duration;
  std::uint64_t bytes;
  std::uint64_t request_id;
  std::uint16_t status;
  std::uint16_t route;
  std::uint16_t path_length;  ///< As received; only kMaxPath of it are kept.
  Method method;
  CacheResult cache;
  std::uint8_t traceparent_length;
  std::array<char, kMaxTraceparent> traceparent;  ///< As received: the log's thread has the time to check it.
  std::array<char, kMaxPath> path;
};
static_assert(sizeof(AccessRecord) <= 256);

/// `route` is the index of the request's row, or kNoRoute. Does not allocate, makes no system call.
void FillAccessRecord(AccessRecord& record, const Exchange& exchange, std::uint16_t route);

/// Turns records into lines.
class AccessFormatter {
 public:
  /// `routes` are the templates by their index in the route table.
  AccessFormatter(std::vector<std::string_view> routes, log::Format format);

  /// Appends one line with its end. `wall_minus_steady` is what turns a steady time into Unix nanoseconds.
  void Append(std::string& lines, const AccessRecord& record, std::int64_t wall_minus_steady);

 private:
  void AppendTime(std::string& lines, std::int64_t unix_nanoseconds);
  void AppendJson(std::string& lines, const AccessRecord& record) const;
  void AppendText(std::string& lines, const AccessRecord& record) const;
  std::string_view RouteName(const AccessRecord& record) const;

  const std::vector<std::string_view> routes_;
  const log::Format format_;
  std::int64_t second_ = -1;  ///< That `second_text_` shows.
  std::string second_text_;
};

}  // namespace demo::http
