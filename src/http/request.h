#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace demo::http {

/// kOther is any that no address takes; such a request is refused.
enum class Method : std::uint8_t { kGet, kHead, kPost, kPut, kPatch, kDelete, kOptions, kOther };

/// "-" for kOther.
std::string_view ToString(Method method);

/// A request whose framing and syntax have been checked. The views point into its connection's buffer, which stays as
/// it is until the request is answered. A header that was absent is an empty view.
struct Request {
  Method method = Method::kGet;
  bool http_1_0 = false;
  std::string_view target;  ///< As received, in origin form: "/api/users?limit=5"; or "*", of OPTIONS.
  std::string_view path;    ///< Still percent-encoded: "/api/users".
  std::string_view query;   ///< Without "?", still percent-encoded.
  std::string_view body;

  std::string_view accept;
  std::string_view accept_encoding;
  std::string_view accept_language;
  std::string_view authorization;
  std::string_view content_encoding;
  std::string_view content_type;
  std::string_view cookie;
  std::string_view host;
  std::string_view idempotency_key;
  std::string_view if_match;
  std::string_view if_none_match;
  std::string_view origin;
  std::string_view sec_fetch_site;
  std::string_view traceparent;
  std::string_view x_forwarded_host;
  std::string_view x_forwarded_port;

  SteadyTime received_at{};  ///< When its last byte was read.
  std::uint64_t id = 0;      ///< Unique in this process; X-Request-Id is its 16 hexadecimal digits.

  /// What stood in place of "{...}" in the route's path, decoded, in order. Set by the router.
  std::array<std::string, 2> params;
};

}  // namespace demo::http
