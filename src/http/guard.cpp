#include "http/guard.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "http/text.h"

namespace demo::http {
namespace {

std::unexpected<Refusal> Refuse(int status, std::string_view detail) {
  return std::unexpected(Refusal{status, detail});
}

constexpr std::array<std::string_view, 7> kMethods = {"GET", "POST", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"};

bool IsHostChar(char c) {
  // RFC 3986's reg-name: unreserved, sub-delims and percent.
  return IsTokenChar(c) ? c != '#' && c != '^' && c != '`' && c != '|'
                        : c == '(' || c == ')' || c == ',' || c == ';' || c == '=';
}

bool IsPort(std::string_view text) { return text.size() <= 5 && std::ranges::all_of(text, IsDigit); }

bool IsAddressInBrackets(std::string_view text) {
  const auto is_address_char = [](char c) {
    return IsDigit(c) || c == ':' || c == '.' || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  };
  return text.size() >= 4 && text.size() <= 47 && text.front() == '[' && text.back() == ']' &&
         std::ranges::all_of(text.substr(1, text.size() - 2), is_address_char);
}

bool IsTargetChar(char c) { return c > 0x20 && c < 0x7f && c != '#'; }

/// The part of an absolute target after "http://", or nothing.
std::string_view AfterScheme(std::string_view target) {
  constexpr std::string_view kHttp = "http://";
  constexpr std::string_view kHttps = "https://";
  if (EqualsIgnoringCase(target.substr(0, kHttp.size()), kHttp)) return target.substr(kHttp.size());
  if (EqualsIgnoringCase(target.substr(0, kHttps.size()), kHttps)) return target.substr(kHttps.size());
  return {};
}

bool IsAcceptableTarget(std::string_view method, std::string_view target) {
  if (!std::ranges::all_of(target, IsTargetChar)) return false;
  if (target.starts_with('/')) return true;
  if (target == "*") return method == "OPTIONS";
  const std::string_view rest = AfterScheme(target);
  const std::string_view authority = rest.substr(0, rest.find_first_of("/?"));
  return !authority.empty() && IsAuthority(authority);
}

}  // namespace

bool IsAuthority(std::string_view text) {
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos || !IsAddressInBrackets(text.substr(0, end + 1))) return false;
    const std::string_view rest = text.substr(end + 1);
    return rest.empty() || (rest.front() == ':' && IsPort(rest.substr(1)));
  }
  const std::size_t colon = text.find(':');
  const std::string_view host = text.substr(0, colon);
  if (!std::ranges::all_of(host, IsHostChar)) return false;
  return colon == std::string_view::npos || (!host.empty() && IsPort(text.substr(colon + 1)));
}

std::expected<bool, Refusal> HeadGuard::Feed(std::string_view buffer) {
  if (complete_) return true;
  if (!started_) {
    if (const Verdict verdict = SkipEmptyLine(buffer); !verdict) return std::unexpected(verdict.error());
    if (!started_) return false;
  }
  while (!complete_) {
    const std::size_t end = buffer.find('\n', searched_);
    const bool ended = end != std::string_view::npos;
    const std::size_t line_size = (ended ? end + 1 : buffer.size()) - line_begin_;
    if (const Verdict verdict = CheckSize(ended ? line_size : line_size + 1); !verdict) {
      return std::unexpected(verdict.error());
    }
    searched_ = ended ? end + 1 : buffer.size();
    if (!ended) return false;
    const std::string_view line = buffer.substr(line_begin_, line_size - 1);
    if (!line.ends_with('\r')) return Refuse(400, "A line ends without a carriage return.");
    if (const Verdict verdict = TakeLine(line.substr(0, line.size() - 1)); !verdict) {
      return std::unexpected(verdict.error());
    }
    line_begin_ = end + 1;
  }
  return true;
}

// RFC 9112, section 2.2: a server should ignore an empty line before the request line.
HeadGuard::Verdict HeadGuard::SkipEmptyLine(std::string_view buffer) {
  if (buffer.empty()) return {};
  if (buffer.front() == '\r') {
    if (buffer.size() >= 2 && buffer[1] != '\n') return Refuse(400, "A carriage return stands alone.");
    if (buffer.size() < 3) return {};
    request_line_begin_ = line_begin_ = searched_ = 2;
  }
  // Refused at the first byte: a TLS greeting, for one, may never bring the end of a line.
  if (!IsTokenChar(buffer[request_line_begin_])) return Refuse(400, "The request does not begin with a method.");
  started_ = true;
  return {};
}

/// `line_size` counts the line's end, of which an unfinished line lacks at least the last byte.
HeadGuard::Verdict HeadGuard::CheckSize(std::size_t line_size) const {
  if (fields_begin_ == 0) {
    if (line_size > limits_.max_request_line + 2) return Refuse(414, "The request line is too long.");
    return {};
  }
  if (line_begin_ + line_size - fields_begin_ > limits_.max_header_bytes + 2) {
    return Refuse(431, "The header fields are too large.");
  }
  return {};
}

HeadGuard::Verdict HeadGuard::TakeLine(std::string_view line) {
  if (fields_begin_ == 0) {
    fields_begin_ = searched_;
    return TakeRequestLine(line);
  }
  if (line.empty()) return Conclude();
  if (++fields_ > limits_.max_headers) return Refuse(431, "There are too many header fields.");
  return TakeField(line);
}

HeadGuard::Verdict HeadGuard::TakeRequestLine(std::string_view line) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) {
    return Refuse(400, "The request line is not a method, a target and a version.");
  }
  const std::string_view method = line.substr(0, first);
  if (!IsToken(method)) return Refuse(400, "The method is not a token.");
  framing_.minor_version_at = line_begin_ + line.size() - 1;
  if (const Verdict verdict = TakeVersion(line.substr(last + 1)); !verdict) return verdict;
  framing_.known_method = std::ranges::find(kMethods, method) != kMethods.end();
  const std::string_view target = line.substr(first + 1, last - first - 1);
  if (method == "CONNECT") return Refuse(501, "This server is no proxy.");
  if (!IsAcceptableTarget(method, target)) return Refuse(400, "The request target is not a path or an http address.");
  names_host_ = !target.starts_with('/') && target != "*";
  return {};
}

HeadGuard::Verdict HeadGuard::TakeVersion(std::string_view version) {
  if (version.size() != 8 || !version.starts_with("HTTP/") || !IsDigit(version[5]) || version[6] != '.' ||
      !IsDigit(version[7])) {
    return Refuse(400, "The request line names no HTTP version.");
  }
  if (version[5] != '1') return Refuse(505, "This server speaks HTTP/1.1.");
  framing_.http_1_0 = version[7] == '0';
  return {};
}

HeadGuard::Verdict HeadGuard::TakeField(std::string_view line) {
  const std::size_t colon = line.find(':');
  const std::string_view name = line.substr(0, colon);
  // Also catches a folded line and a space before the colon: neither blank is a token character.
  if (colon == std::string_view::npos || !IsToken(name)) return Refuse(400, "A header field has no sound name.");
  if (!IsFieldValue(line.substr(colon + 1))) return Refuse(400, "A header field holds a control character.");
  const std::string_view value = TrimBlanks(line.substr(colon + 1));
  switch (name.size()) {
    case 4:
      if (EqualsIgnoringCase(name, "host")) return TakeHost(value);
      break;
    case 6:
      if (EqualsIgnoringCase(name, "expect")) return TakeExpect(value);
      break;
    case 10:
      if (EqualsIgnoringCase(name, "connection")) TakeConnection(value);
      break;
    case 14:
      if (EqualsIgnoringCase(name, "content-length")) return TakeContentLength(value);
      break;
    case 17:
      if (EqualsIgnoringCase(name, "transfer-encoding")) return TakeTransferEncoding(value);
      break;
    default:
      break;
  }
  return {};
}

HeadGuard::Verdict HeadGuard::TakeHost(std::string_view value) {
  if (has_host_) return Refuse(400, "There are two Host fields.");
  if (!IsAuthority(value)) return Refuse(400, "The Host field names no host.");
  has_host_ = true;
  names_host_ |= !value.empty();
  return {};
}

HeadGuard::Verdict HeadGuard::TakeContentLength(std::string_view value) {
  // Equal ones as well: RFC 9110, section 8.6, allows to refuse them, and nothing sound sends them.
  if (framing_.has_length) return Refuse(400, "There are two Content-Length fields.");
  if (value.empty() || !std::ranges::all_of(value, IsDigit)) return Refuse(400, "Content-Length is not a number.");
  const auto parsed = std::from_chars(value.data(), value.data() + value.size(), framing_.content_length);
  if (parsed.ec != std::errc()) return Refuse(400, "Content-Length is beyond any body.");
  framing_.has_length = true;
  return {};
}

HeadGuard::Verdict HeadGuard::TakeTransferEncoding(std::string_view value) {
  if (has_transfer_encoding_) return Refuse(400, "There are two Transfer-Encoding fields.");
  if (!EqualsIgnoringCase(value, "chunked")) return Refuse(400, "Transfer-Encoding may only be chunked.");
  has_transfer_encoding_ = true;
  framing_.chunked = true;
  return {};
}

// RFC 9110, section 10.1.1: a list, which may be empty.
HeadGuard::Verdict HeadGuard::TakeExpect(std::string_view value) {
  while (!value.empty()) {
    const std::string_view expectation = TakeListMember(value);
    if (expectation.empty()) continue;
    if (!EqualsIgnoringCase(expectation, "100-continue")) return Refuse(417, "Only 100-continue can be expected.");
    framing_.expects_continue = true;
  }
  return {};
}

void HeadGuard::TakeConnection(std::string_view value) {
  while (!value.empty()) {
    const std::string_view option = TakeListMember(value);
    if (EqualsIgnoringCase(option, "close")) asks_close_ = true;
    if (EqualsIgnoringCase(option, "keep-alive")) asks_keep_alive_ = true;
  }
}

HeadGuard::Verdict HeadGuard::Conclude() {
  if (framing_.chunked && framing_.has_length) {
    return Refuse(400, "Transfer-Encoding and Content-Length exclude each other.");
  }
  if (framing_.chunked && framing_.http_1_0) return Refuse(400, "HTTP/1.0 has no Transfer-Encoding.");
  if (!has_host_ && !framing_.http_1_0) return Refuse(400, "There is no Host field.");
  // RFC 9110, section 4.2.1: an http address without a host is none. HTTP/1.0 knows no host at all.
  if (!names_host_ && !framing_.http_1_0) return Refuse(400, "The Host field is empty.");
  // RFC 9110, section 10.1.1: from an HTTP/1.0 client the expectation is ignored.
  if (framing_.http_1_0) framing_.expects_continue = false;
  framing_.keep_alive = !asks_close_ && (!framing_.http_1_0 || asks_keep_alive_);
  complete_ = true;
  return {};
}

}  // namespace demo::http
