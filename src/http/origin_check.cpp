#include "http/origin_check.h"

#include <algorithm>
#include <string_view>

#include "http/text.h"

namespace demo::http {
namespace {

std::string_view WithoutPort(std::string_view authority, std::string_view default_port) {
  if (authority.ends_with(default_port)) authority.remove_suffix(default_port.size());
  return authority;
}

bool SameText(std::string_view left, std::string_view right) {
  return std::ranges::equal(left, right, {}, ToLower, ToLower);
}

/// Where a browser sees the page that made the request: "demo.local:8080", without the port that its scheme implies.
struct Place {
  std::string_view authority;
  std::string_view default_port;
};

/// Whether `authority`, as a server or a proxy names this site, is `page`'s; `port` is the proxy's, where it names one.
bool Names(std::string_view authority, const Place& page, std::string_view port) {
  authority = WithoutPort(authority, page.default_port);
  if (authority.empty()) return false;
  if (SameText(authority, page.authority)) return true;
  if (page.authority.size() <= authority.size() + 1 || page.authority[authority.size()] != ':') return false;
  const std::string_view own_port = page.authority.substr(authority.size() + 1);
  return SameText(authority, page.authority.substr(0, authority.size())) && std::ranges::all_of(own_port, IsDigit) &&
         (port.empty() || port == own_port);
}

}  // namespace

bool IsOriginAllowed(const Request& request) {
  const std::string_view site = request.sec_fetch_site;
  if (!site.empty()) return site == "same-origin" || site == "none";
  if (request.origin.empty()) return true;

  const std::size_t scheme_end = request.origin.find("://");
  if (scheme_end == std::string_view::npos) return false;  // "null" is a sandboxed or local page
  const std::string_view port = request.origin.starts_with("https:") ? ":443" : ":80";
  const Place page{WithoutPort(request.origin.substr(scheme_end + 3), port), port};
  // The first proxy that the client met stands first.
  std::string_view forwarded_host = request.x_forwarded_host;
  std::string_view forwarded_port = request.x_forwarded_port;
  forwarded_host = TakeListMember(forwarded_host);
  forwarded_port = TakeListMember(forwarded_port);
  return Names(request.host, page, forwarded_port) || Names(forwarded_host, page, forwarded_port);
}

}  // namespace demo::http
