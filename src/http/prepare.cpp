#include "http/prepare.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "base/request_memory.h"
#include "cache/hash.h"
#include "http/problem.h"
#include "http/text.h"

namespace demo::http {
namespace {

// Below this a body fits one packet anyway, and compressing saves nobody anything.
constexpr std::size_t kGzipFrom = 1024;
// What is sent once must repay the compressor's time: at level 1 some 10 µs a KiB.
constexpr std::size_t kGzipOnceFrom = 8 * 1024;

using Header = std::pair<std::string_view, std::string_view>;

// A page runs what this server sent and nothing else; no other site may frame it, open it with access, or read it.
// The referrer stays within the site rather than vanishing: without one, older browsers send "Origin: null" on forms.
constexpr std::array<Header, 4> kPageHeaders = {{
    {"Content-Security-Policy",
     "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
     "font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"},
    {"Referrer-Policy", "same-origin"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
}};

bool SameName(std::string_view left, std::string_view right) {
  return std::ranges::equal(left, right, {}, ToLower, ToLower);
}

bool IsText(std::string_view content_type) {
  return content_type.starts_with("text/") || content_type.starts_with("application/json") ||
         content_type.starts_with("application/problem+json") || content_type.starts_with("image/svg+xml") ||
         content_type.starts_with("application/javascript") || content_type.starts_with("application/manifest+json");
}

/// Header lines in the order they are set; the first of a name wins.
class Head {
 public:
  void Set(std::string_view name, std::string_view value) {
    const auto breaks = [](char c) { return c == '\r' || c == '\n' || c == '\0'; };
    if (name.empty() || std::ranges::any_of(name, breaks) || std::ranges::any_of(value, breaks)) {
      throw std::invalid_argument("a header that would break the framing");
    }
    text_.append(name).append(": ").append(value).append("\r\n");
  }
  std::string Take() && { return std::move(text_); }

 private:
  std::string text_;
};

std::string Compress(std::string_view body, int level) {
  z_stream stream{};
  constexpr int kGzipFraming = 15 + 16;  // the largest window; 16 asks for gzip's framing instead of zlib's
  constexpr int kMemoryLevel = 8;
  constexpr std::size_t kState = 268 * 1024;  // by zconf.h: (1 << (15 + 2)) + (1 << (8 + 9)), and some
  const std::size_t bound = body.size() + body.size() / 1000 + 64;
  if (!request_memory::Take(kState + bound)) return {};
  if (deflateInit2(&stream, level, Z_DEFLATED, kGzipFraming, kMemoryLevel, Z_DEFAULT_STRATEGY) != Z_OK) return {};
  std::string packed(deflateBound(&stream, static_cast<uLong>(body.size())), '\0');
  // zlib takes what it only reads through a pointer to non-const.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(body.data()));
  stream.avail_in = static_cast<uInt>(body.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  const int result = deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return result == Z_STREAM_END ? packed : std::string();
}

bool IsWorthGzip(const Response& response, Preparation::Gzip gzip) {
  const std::size_t from = gzip == Preparation::Gzip::kSmall ? kGzipFrom : kGzipOnceFrom;
  return gzip != Preparation::Gzip::kNo && response.body.size() > from && IsText(response.content_type);
}

std::string GzipOf(const Response& response, Preparation::Gzip gzip) {
  if (gzip == Preparation::Gzip::kUnwanted || !IsWorthGzip(response, gzip)) return {};
  std::string packed = Compress(response.body, gzip == Preparation::Gzip::kSmall ? Z_BEST_COMPRESSION : Z_BEST_SPEED);
  if (packed.size() > response.body.size() - response.body.size() / 10) return {};
  packed.shrink_to_fit();
  return packed;
}

std::string ContentType(const Response& response) {
  const bool needs_charset =
      response.content_type.starts_with("text/") && response.content_type.find("charset=") == std::string::npos;
  return needs_charset ? response.content_type + "; charset=utf-8" : response.content_type;
}

/// A page is in its reader's language and theme, and a problem is a page where its reader prefers that.
std::string VaryOf(const Response& response, bool gzip) {
  const bool page = response.content_type.starts_with("text/html");
  const bool problem = response.content_type == kProblemType || (page && response.status >= 400);
  std::string vary;
  const auto add = [&vary](std::string_view names) { vary.append(vary.empty() ? "" : ", ").append(names); };
  if (gzip) add("Accept-Encoding");
  if (problem) add("Accept");
  if (page) add("Accept-Language, Cookie");
  return vary;
}

std::string HeadOf(const Response& response, bool tagged, bool gzip) {
  Head head;
  const auto set_default = [&](std::string_view name, std::string_view value) {
    const auto same = [&](const auto& own) { return SameName(own.first, name); };
    if (!value.empty() && std::ranges::none_of(response.headers, same)) head.Set(name, value);
  };
  const bool bodiless = response.status == 204 || (response.status / 100 == 3 && response.body.empty());
  if (!bodiless) head.Set("Content-Type", ContentType(response));
  set_default("Cache-Control", tagged ? "no-cache" : "no-store");
  set_default("Vary", VaryOf(response, gzip));
  set_default("X-Content-Type-Options", "nosniff");
  if (response.content_type.starts_with("text/html")) {
    for (const auto& [name, value] : kPageHeaders) set_default(name, value);
  }
  for (const auto& [name, value] : response.headers) head.Set(name, value);
  std::string text = std::move(head).Take();
  text.shrink_to_fit();
  return text;
}

/// What is small is never refused: it may tell of a change that is done, and each connection may hold so much.
bool TakeMemory(StoredResponse& stored, MemoryBudget& budget) {
  constexpr std::size_t kSmallAnswer = 16UL * 1024;
  const std::size_t bytes =
      sizeof stored + stored.head.capacity() + stored.body.capacity() + stored.gzip_body.capacity();
  stored.memory = MemoryShare(budget);
  if (bytes > kSmallAnswer) return request_memory::LeaveTo(stored.memory, bytes) || stored.memory.Take(bytes);
  stored.memory.TakeAnyway(bytes);
  return true;
}

}  // namespace

// 96 bits in the alphabet of base64url, whose "-" and "_" an entity tag may hold.
std::string EntityTagOf(std::string_view body) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const Hash128 hash = HashBytes128(body);
  std::string tag = "\"";
  for (int shift = 58; shift >= 4; shift -= 6) tag += kAlphabet[hash.high >> shift & 63U];
  for (int shift = 58; shift >= 28; shift -= 6) tag += kAlphabet[hash.low >> shift & 63U];
  return tag += '"';
}

std::shared_ptr<const StoredResponse> Prepare(Response response, const Preparation& how) {
  const bool tagged = how.entity_tag && response.status == 200;
  auto stored = std::make_shared<StoredResponse>();
  stored->status = response.status;
  stored->route = how.route;
  stored->gzip_body = GzipOf(response, how.gzip);
  const bool unwanted = how.gzip == Preparation::Gzip::kUnwanted && IsWorthGzip(response, how.gzip);
  stored->head = HeadOf(response, tagged, unwanted || !stored->gzip_body.empty());
  if (tagged) stored->etag = EntityTagOf(response.body);
  response.body.shrink_to_fit();
  stored->body = std::move(response.body);
  if (how.memory != nullptr && !TakeMemory(*stored, *how.memory)) return nullptr;
  return stored;
}

}  // namespace demo::http
