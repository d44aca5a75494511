#include "http/response_writer.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#include "http/entity_tag.h"
#include "http/negotiation.h"

namespace demo::http {
namespace {

/// The lines written here, at their longest, all together.
constexpr std::size_t kOwnLines = 1024;

/// Appends to memory that is known to be large enough.
class Cursor {
 public:
  explicit Cursor(char* at) : at_(at) {}

  char* at() const { return at_; }

  Cursor& operator<<(std::string_view text) {
    std::memcpy(at_, text.data(), text.size());
    at_ += text.size();
    return *this;
  }

  Cursor& operator<<(std::int64_t number) {
    at_ = std::to_chars(at_, at_ + 20, number).ptr;
    return *this;
  }

  /// Nanoseconds as milliseconds with `decimals` digits after the point, 1 to 6, cut off.
  Cursor& PutMillis(std::int64_t nanoseconds, int decimals) {
    nanoseconds = std::max<std::int64_t>(nanoseconds, 0);
    *this << nanoseconds / 1'000'000 << ".";
    std::int64_t rest = nanoseconds % 1'000'000;
    for (std::int64_t unit = 100'000; decimals > 0; --decimals, unit /= 10) {
      *at_++ = static_cast<char>('0' + rest / unit);
      rest %= unit;
    }
    return *this;
  }

  Cursor& PutHex(std::uint64_t number) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    for (int shift = 60; shift >= 0; shift -= 4) *at_++ = kDigits[(number >> shift) & 15U];
    return *this;
  }

 private:
  char* at_;
};

std::string_view Reason(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 301:
      return "Moved Permanently";
    case 302:
      return "Found";
    case 303:
      return "See Other";
    case 304:
      return "Not Modified";
    case 307:
      return "Temporary Redirect";
    case 308:
      return "Permanent Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 406:
      return "Not Acceptable";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 417:
      return "Expectation Failed";
    case 422:
      return "Unprocessable Content";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    case 505:
      return "HTTP Version Not Supported";
    case 507:
      return "Insufficient Storage";
    default:
      return "";
  }
}

/// The form of a stored response that this request gets.
struct Form {
  bool gzip;
  std::string_view body;
  std::string_view etag_before_mark;  ///< Both empty where there is no tag.
  std::string_view etag_after_mark;
};

Form ChooseForm(const Request& request, const StoredResponse& stored) {
  const bool gzip = !stored.gzip_body.empty() && AcceptsGzip(request.accept_encoding);
  const std::string_view etag = stored.etag;
  const std::size_t quote = etag.empty() ? 0 : etag.size() - 1;
  return {gzip, gzip ? stored.gzip_body : stored.body, etag.substr(0, quote), etag.substr(quote)};
}

/// Compares without building the gzip form's tag.
bool IsFormsTag(std::string_view tag, const Form& form) {
  if (!tag.starts_with(form.etag_before_mark)) return false;
  tag.remove_prefix(form.etag_before_mark.size());
  if (form.gzip) {
    if (!tag.starts_with(kGzipMark)) return false;
    tag.remove_prefix(kGzipMark.size());
  }
  return tag == form.etag_after_mark;
}

// RFC 9110, section 13.1.2: by weak comparison, and only against the form that would be sent.
bool IsUnchanged(const Request& request, const StoredResponse& stored, const Form& form) {
  if (request.if_none_match.empty() || stored.etag.empty() || stored.status != 200) return false;
  if (request.method != Method::kGet && request.method != Method::kHead) return false;
  std::string_view list = request.if_none_match;
  if (list == "*") return true;
  for (EntityTag next = TakeTag(list); !next.tag.empty(); next = TakeTag(list)) {
    if (IsFormsTag(next.tag, form)) return true;
  }
  return false;
}

// RFC 9211. A stale answer was given without going forward successfully: a hit with a lifetime below 0 (section 2.1).
void PutCacheLines(Cursor& out, const Reply& reply, const SendingFacts& facts) {
  switch (reply.cache) {
    case CacheResult::kNone:
      return;
    case CacheResult::kHit:
      out << "Cache-Status: demo-app; hit; ttl=" << std::int64_t{reply.ttl_seconds}
          << (reply.shared ? "; detail=redis\r\nX-Cache: HIT" : "; detail=memory\r\nX-Cache: HIT");
      break;
    case CacheResult::kStale:
      out << "Cache-Status: demo-app; hit; ttl=" << std::int64_t{std::min(reply.ttl_seconds, -1)}
          << "; detail=memory\r\nX-Cache: STALE";
      break;
    case CacheResult::kMiss:
      out << "Cache-Status: demo-app; fwd=miss" << (reply.stored ? "; stored" : "") << "\r\nX-Cache: MISS";
      break;
    case CacheResult::kCoalesced:
      out << "Cache-Status: demo-app; fwd=miss; collapsed\r\nX-Cache: MISS";
      break;
  }
  (out << "\r\nX-Response-Time: ").PutMillis(facts.nanoseconds, 2) << "ms\r\n";
}

/// ;desc="2 commands several for 64 1 retry": without commas, at which readers of this header like to split.
void PutWork(Cursor& out, const store_work::Work& work) {
  out << ";desc=\"" << std::int64_t{work.commands} << (work.commands == 1 ? " command" : " commands");
  if (work.reach == store_work::Reach::kTargeted) out << " targeted";
  if (work.reach == store_work::Reach::kSeveral) out << " several";
  if (work.reach == store_work::Reach::kScatter) out << " scatter";
  if (work.readers > 1) out << " for " << std::int64_t{work.readers};
  if (work.retries > 0) out << " " << std::int64_t{work.retries} << (work.retries == 1 ? " retry" : " retries");
  out << "\"";
}

void PutTimingLine(Cursor& out, const StepTimes& times, std::int64_t total) {
  (out << "Server-Timing: total;dur=").PutMillis(total, 3);
  if (times.queue > 0) (out << ", queue;dur=").PutMillis(times.queue, 3);
  if (times.handler > 0) (out << ", handler;dur=").PutMillis(times.handler, 3);
  if (times.store > 0) (out << ", store;dur=").PutMillis(times.store, 3);
  if (times.store > 0 && times.work.commands > 0) PutWork(out, times.work);
  if (times.shared > 0) (out << ", redis;dur=").PutMillis(times.shared, 3);
  out << "\r\n";
}

void PutFramingLines(Cursor& out, int status, const Form& form, const SendingFacts& facts) {
  const bool has_no_content = status == 204 || status == 304;
  if (facts.framing == BodyFraming::kChunked) {
    out << "Transfer-Encoding: chunked\r\n";
  } else if (facts.framing == BodyFraming::kLength && !has_no_content) {
    out << "Content-Length: " << static_cast<std::int64_t>(form.body.size()) << "\r\n";
  }
  if (facts.close) {
    out << "Connection: close\r\n";
  } else if (facts.keep_alive_1_0) {
    out << "Connection: keep-alive\r\n";
  }
}

}  // namespace

Answer WriteHead(const Request& request, const Reply& reply, const SendingFacts& facts, OutputBuffer& out) {
  const StoredResponse& stored = *reply.response;
  const Form form = ChooseForm(request, stored);
  const int status = IsUnchanged(request, stored, form) ? 304 : stored.status;

  char* const begin = out.Start(kOwnLines + stored.head.size() + stored.etag.size() + facts.instance.size());
  Cursor cursor(begin);
  cursor << "HTTP/1.1 " << std::int64_t{status} << " " << Reason(status);
  cursor << "\r\nServer: demo-app\r\nDate: " << facts.date << "\r\n" << stored.head;
  if (!stored.etag.empty()) {
    cursor << "ETag: " << form.etag_before_mark << (form.gzip ? kGzipMark : "") << form.etag_after_mark << "\r\n";
  }
  if (form.gzip && status != 304) cursor << "Content-Encoding: gzip\r\n";
  PutFramingLines(cursor, status, form, facts);
  PutCacheLines(cursor, reply, facts);
  PutTimingLine(cursor, reply.times, facts.nanoseconds);
  (cursor << "X-Request-Id: ").PutHex(request.id) << "\r\nX-Served-By: " << facts.instance << "\r\n\r\n";
  out.Commit(static_cast<std::size_t>(cursor.at() - begin));

  const bool has_body = request.method != Method::kHead && status != 304 && status != 204;
  return {status, has_body ? form.body : std::string_view()};
}

void PutChunk(std::string_view data, OutputBuffer& out) {
  std::array<char, 20> size{};
  const char* const end = std::to_chars(size.data(), size.data() + 16, data.size(), 16).ptr;
  out.Start(data.size() + size.size());
  out.Append({size.data(), static_cast<std::size_t>(end - size.data())});
  out.Append("\r\n");
  out.Append(data);
  out.Append("\r\n");
}

HttpDateText HttpDate(std::time_t time) {
  constexpr std::string_view kDays = "SunMonTueWedThuFriSat";
  constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  std::tm parts{};
  ::gmtime_r(&time, &parts);
  HttpDateText text;
  Cursor out(text.data());
  const auto put_two = [&out](int number) { out << (number < 10 ? "0" : "") << std::int64_t{number}; };
  out << kDays.substr(static_cast<std::size_t>(parts.tm_wday) * 3, 3) << ", ";
  put_two(parts.tm_mday);
  out << " " << kMonths.substr(static_cast<std::size_t>(parts.tm_mon) * 3, 3) << " ";
  out << std::int64_t{std::clamp(parts.tm_year + 1900, 1970, 9999)} << " ";
  put_two(parts.tm_hour);
  out << ":";
  put_two(parts.tm_min);
  out << ":";
  put_two(parts.tm_sec);
  out << " GMT";
  return text;
}

}  // namespace demo::http
