#include "http/origin_check.h"

#include <algorithm>
#include <string_view>

namespace demo::http {
namespace {

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool EqualsIgnoringCase(std::string_view left, std::string_view right) {
  return std::ranges::equal(left, right, {}, Lower, Lower);
}

std::string_view WithoutPort(std::string_view authority, std::string_view default_port) {
  if (authority.ends_with(default_port)) authority.remove_suffix(default_port.size());
  return authority;
}

}  // namespace

bool IsOriginAllowed(const Request& request) {
  const std::string_view site = request.sec_fetch_site;
  if (!site.empty()) return site == "same-origin" || site == "none";
  if (request.origin.empty()) return true;

  const std::size_t scheme_end = request.origin.find("://");
  if (scheme_end == std::string_view::npos) return false;  // "null" is a sandboxed or local page
  const std::string_view port = request.origin.starts_with("https:") ? ":443" : ":80";
  const std::string_view authority = WithoutPort(request.origin.substr(scheme_end + 3), port);
  return !authority.empty() && EqualsIgnoringCase(authority, WithoutPort(request.host, port));
}

}  // namespace demo::http
