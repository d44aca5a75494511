#include "http/access_record.h"

#include <fmt/chrono.h>
#include <fmt/compile.h>
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/json.h"
#include "http/trace_context.h"

namespace demo::http {
namespace {

std::string_view CacheName(CacheResult result) {
  constexpr std::array<std::string_view, 5> kNames = {"none", "hit", "miss", "coalesced", "stale"};
  return kNames[static_cast<std::size_t>(result)];
}

std::string_view Path(const AccessRecord& record) {
  return {record.path.data(), std::min<std::size_t>(record.path_length, AccessRecord::kMaxPath)};
}

void AppendTraceId(std::string& lines, const AccessRecord& record, std::string_view before, std::string_view after) {
  if (record.traceparent_length == 0) return;
  const auto trace = ParseTraceparent({record.traceparent.data(), record.traceparent_length});
  if (!trace) return;
  lines.append(before).append(trace->trace_id.data(), trace->trace_id.size()).append(after);
}

}  // namespace

void FillAccessRecord(AccessRecord& record, const Exchange& exchange, std::uint16_t route) {
  record.duration = exchange.duration;
  record.bytes = exchange.bytes_sent;
  record.status = static_cast<std::uint16_t>(exchange.status);
  record.route = route;
  record.cache = exchange.reply != nullptr ? exchange.reply->cache : CacheResult::kNone;
  const Request& request = exchange.request;
  record.finished = request.received_at.time_since_epoch() / std::chrono::nanoseconds(1) + exchange.duration;
  record.request_id = request.id;
  record.method = request.method;
  record.path_length = static_cast<std::uint16_t>(std::min<std::size_t>(request.path.size(), 0xFFFF));
  request.path.copy(record.path.data(), AccessRecord::kMaxPath);
  record.traceparent_length =
      static_cast<std::uint8_t>(request.traceparent.copy(record.traceparent.data(), AccessRecord::kMaxTraceparent));
}

AccessFormatter::AccessFormatter(std::vector<std::string_view> routes, log::Format format)
    : routes_(std::move(routes)), format_(format) {}

void AccessFormatter::Append(std::string& lines, const AccessRecord& record, std::int64_t wall_minus_steady) {
  const std::int64_t time = record.finished + wall_minus_steady;
  if (format_ == log::Format::kJson) {
    lines += R"({"time":")";
    AppendTime(lines, time);
    AppendJson(lines, record);
  } else {
    AppendTime(lines, time);
    AppendText(lines, record);
  }
}

void AccessFormatter::AppendTime(std::string& lines, std::int64_t unix_nanoseconds) {
  const std::int64_t second = unix_nanoseconds / 1'000'000'000;
  if (second != second_) {
    second_ = second;
    second_text_ = fmt::format("{:%Y-%m-%dT%H:%M:%S}", fmt::gmtime(static_cast<std::time_t>(second)));
  }
  fmt::format_to(std::back_inserter(lines), FMT_COMPILE("{}.{:03}Z"), second_text_,
                 unix_nanoseconds / 1'000'000 % 1000);
}

void AccessFormatter::AppendJson(std::string& lines, const AccessRecord& record) const {
  const auto out = std::back_inserter(lines);
  fmt::format_to(out, FMT_COMPILE(R"(","level":"info","message":"request","method":"{}","route":"{}","path":)"),
                 ToString(record.method), RouteName(record));
  AppendJsonString(lines, Path(record));
  if (record.path_length > AccessRecord::kMaxPath) {
    fmt::format_to(out, FMT_COMPILE(R"(,"path_length":{})"), record.path_length);
  }
  fmt::format_to(out,
                 FMT_COMPILE(R"(,"status":{},"bytes":{},"duration_ms":{:.3f},"cache":"{}","request_id":"{:016x}")"),
                 record.status, record.bytes, static_cast<double>(record.duration) / 1e6, CacheName(record.cache),
                 record.request_id);
  AppendTraceId(lines, record, R"(,"trace_id":")", "\"");
  lines += "}\n";
}

void AccessFormatter::AppendText(std::string& lines, const AccessRecord& record) const {
  const auto out = std::back_inserter(lines);
  fmt::format_to(out, FMT_COMPILE(" info    {} "), ToString(record.method));
  // Quoted: a path may hold spaces and worse once a client is hostile.
  AppendJsonString(lines, Path(record));
  fmt::format_to(out, FMT_COMPILE(" {} {} bytes {:.3f} ms cache={} route={} request_id={:016x}"), record.status,
                 record.bytes, static_cast<double>(record.duration) / 1e6, CacheName(record.cache), RouteName(record),
                 record.request_id);
  AppendTraceId(lines, record, " trace_id=", "");
  lines += '\n';
}

std::string_view AccessFormatter::RouteName(const AccessRecord& record) const {
  return record.route < routes_.size() ? routes_[record.route] : "unmatched";
}

}  // namespace demo::http
