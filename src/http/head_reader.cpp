#include "http/head_reader.h"

#include <algorithm>
#include <boost/beast/http/basic_parser.hpp>
#include <cstring>

#include "http/list_lines.h"
#include "http/text.h"

namespace demo::http {
namespace {

namespace beast = boost::beast::http;

Method ToMethod(beast::verb verb) {
  switch (verb) {
    case beast::verb::get:
      return Method::kGet;
    case beast::verb::head:
      return Method::kHead;
    case beast::verb::post:
      return Method::kPost;
    case beast::verb::put:
      return Method::kPut;
    case beast::verb::patch:
      return Method::kPatch;
    case beast::verb::delete_:
      return Method::kDelete;
    case beast::verb::options:
      return Method::kOptions;
    default:
      return Method::kOther;
  }
}

/// Keeps views where Beast's own parsers would fill a map: no allocation.
class ViewParser final : public beast::basic_parser<true> {
 public:
  explicit ViewParser(Request& request) : request_(request) {
    skip(true);  // The body is ours: see ChunkDecoder.
    body_limit(boost::none);
    header_limit(1U << 20);  // HeadGuard has applied the real one.
  }

  bool has_second() const { return has_second_; }
  bool has_split_list() const { return has_split_list_; }

 private:
  using Code = boost::beast::error_code;
  using View = boost::beast::string_view;

  static std::string_view ToView(View view) { return {view.data(), view.size()}; }

  void on_request_impl(beast::verb method, View /*name*/, View target, int version, Code& /*error*/) override {
    request_.method = ToMethod(method);
    request_.target = ToView(target);
    request_.http_1_0 = version == 10;
  }

  void on_field_impl(beast::field name, View text, View value, Code& /*error*/) override {
    switch (name) {
      case beast::field::accept:
        return KeepList(request_.accept, value);
      case beast::field::accept_encoding:
        return KeepList(request_.accept_encoding, value);
      case beast::field::accept_language:
        return KeepList(request_.accept_language, value);
      case beast::field::authorization:
        return KeepOnly(request_.authorization, value);
      case beast::field::content_encoding:
        return KeepList(request_.content_encoding, value);
      case beast::field::content_type:
        return KeepOnly(request_.content_type, value);
      case beast::field::cookie:
        return KeepList(request_.cookie, value);
      case beast::field::host:
        return Keep(request_.host, value);
      case beast::field::if_match:
        return KeepList(request_.if_match, value);
      case beast::field::if_none_match:
        return KeepList(request_.if_none_match, value);
      case beast::field::origin:
        return KeepOnly(request_.origin, value);
      case beast::field::sec_fetch_site:
        return KeepOnly(request_.sec_fetch_site, value);
      case beast::field::unknown:
        return KeepUnknown(text, value);
      default:
        return;
    }
  }

  void KeepUnknown(View name, View value) {
    if (boost::beast::iequals(name, "idempotency-key")) return KeepOnly(request_.idempotency_key, value);
    if (boost::beast::iequals(name, "traceparent")) return Keep(request_.traceparent, value);
    if (boost::beast::iequals(name, "x-forwarded-host")) return KeepList(request_.x_forwarded_host, value);
    if (boost::beast::iequals(name, "x-forwarded-port")) return KeepList(request_.x_forwarded_port, value);
  }

  static void Keep(std::string_view& kept, View value) {
    if (kept.data() == nullptr) kept = ToView(value);
  }

  void KeepList(std::string_view& kept, View value) {
    if (kept.data() != nullptr) has_split_list_ = true;
    kept = ToView(value);
  }

  void KeepOnly(std::string_view& kept, View value) {
    if (kept.data() != nullptr) has_second_ = true;
    kept = ToView(value);
  }

  void on_response_impl(int /*status*/, View /*reason*/, int /*version*/, Code& /*error*/) override {}
  void on_header_impl(Code& /*error*/) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>& /*size*/, Code& /*error*/) override {}
  std::size_t on_body_impl(View body, Code& /*error*/) override { return body.size(); }
  void on_chunk_header_impl(std::uint64_t /*size*/, View /*extensions*/, Code& /*error*/) override {}
  std::size_t on_chunk_body_impl(std::uint64_t /*left*/, View body, Code& /*error*/) override { return body.size(); }
  void on_finish_impl(Code& /*error*/) override {}

  Request& request_;
  bool has_second_ = false;
  bool has_split_list_ = false;
};

/// "http://host?query" gets the path it lacks, in place: its scheme, which nobody reads any more, gives a letter for
/// it.
void GivePath(std::span<char> target) {
  const std::string_view text(target.data(), target.size());
  const std::size_t separator = text.find("://");
  const std::size_t end = text.find_first_of("/?", separator + 3);
  if (end == std::string_view::npos || text[end] == '/') return;
  std::memmove(target.data() + separator - 1, target.data() + separator, end - separator);
  target[end - 1] = '/';
}

/// Leaves the origin form of an absolute target, or "*".
void LeaveAuthority(std::span<char> head, Request& request) {
  const auto offset = static_cast<std::size_t>(request.target.data() - head.data());
  GivePath(head.subspan(offset, request.target.size()));
  const std::size_t authority = request.target.find("://") + 3;
  const std::size_t path = std::min(request.target.find('/', authority), request.target.size());
  request.host = request.target.substr(authority, path - authority);
  // RFC 9112, section 3.2.4: OPTIONS of an address without a path is of the server as a whole.
  const std::string_view root = request.method == Method::kOptions ? "*" : "/";
  request.target = path < request.target.size() ? request.target.substr(path) : root;
}

/// Splits the target at the question mark, in origin form.
void SplitTarget(std::span<char> head, Request& request) {
  const bool origin_form = request.target.starts_with('/') || request.target == "*";
  if (!origin_form) LeaveAuthority(head, request);
  const std::size_t question = request.target.find('?');
  request.path = request.target.substr(0, question);
  if (question != std::string_view::npos) request.query = request.target.substr(question + 1);
}

/// Keeps what one line of a head says about what its client reads best.
void KeepPreference(std::string_view line, Request& request) {
  const std::size_t colon = std::min(line.find(':'), line.size());
  const std::string_view name = line.substr(0, colon);
  const std::string_view value = TrimBlanks(line.substr(std::min(colon + 1, line.size())));
  if (!IsFieldValue(value)) return;
  if (EqualsIgnoringCase(name, "accept")) request.accept = value;
  if (EqualsIgnoringCase(name, "accept-language")) request.accept_language = value;
  if (EqualsIgnoringCase(name, "cookie")) request.cookie = value;
}

}  // namespace

std::string_view ToString(Method method) {
  switch (method) {
    case Method::kGet:
      return "GET";
    case Method::kHead:
      return "HEAD";
    case Method::kPost:
      return "POST";
    case Method::kPut:
      return "PUT";
    case Method::kPatch:
      return "PATCH";
    case Method::kDelete:
      return "DELETE";
    case Method::kOptions:
      return "OPTIONS";
    case Method::kOther:
      break;
  }
  return "-";
}

void ClearHead(Request& request) {
  request.method = Method::kOther;
  request.http_1_0 = false;
  // One store each: a list of them to loop over costs ten times that.
  request.target = request.path = request.query = request.body = request.accept = request.accept_encoding =
      request.accept_language = request.authorization = request.content_encoding = request.content_type =
          request.cookie = request.host = request.idempotency_key = request.if_match = request.if_none_match =
              request.origin = request.sec_fetch_site = request.traceparent = request.x_forwarded_host =
                  request.x_forwarded_port = std::string_view();
  for (std::string& param : request.params) param.clear();
}

std::optional<Refusal> ReadHead(std::span<char> head, Request& request) {
  ClearHead(request);
  ViewParser parser(request);
  boost::beast::error_code error;
  parser.put(boost::asio::const_buffer(head.data(), head.size()), error);
  if (error || !parser.is_header_done()) return Refusal{400, "The header block cannot be read."};
  if (parser.has_second()) return Refusal{400, "A header field that may stand once stands twice."};
  if (parser.has_split_list()) {
    JoinListLines(head);
    return ReadHead(head, request);
  }
  SplitTarget(head, request);
  return std::nullopt;
}

void GuessHead(std::string_view head, Request& request) {
  ClearHead(request);
  if (head.starts_with("\r\n")) head.remove_prefix(2);
  if (head.starts_with("HEAD ")) request.method = Method::kHead;
  for (std::size_t end = head.find('\n'); end != std::string_view::npos; end = head.find('\n')) {
    std::string_view line = head.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) return;
    KeepPreference(line, request);
    head.remove_prefix(end + 1);
  }
}

}  // namespace demo::http
