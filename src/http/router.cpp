#include "http/router.h"

#include <algorithm>
#include <boost/url/pct_string_view.hpp>
#include <optional>
#include <stdexcept>

#include "cache/stored_response.h"

namespace demo::http {
namespace {

bool IsPlace(std::string_view segment) { return segment.starts_with('{'); }

/// What stands between the slashes; nothing for a path that does not begin with one.
std::vector<std::string_view> Split(std::string_view path) {
  std::vector<std::string_view> segments;
  while (path.starts_with('/')) {
    path.remove_prefix(1);
    const std::size_t end = std::min(path.find('/'), path.size());
    segments.push_back(path.substr(0, end));
    path.remove_prefix(end);
  }
  return segments;
}

std::optional<std::vector<std::string>> Decode(const std::vector<std::string_view>& segments) {
  std::vector<std::string> decoded;
  for (const std::string_view segment : segments) {
    const auto encoded = boost::urls::make_pct_string_view(boost::urls::string_view(segment.data(), segment.size()));
    if (!encoded) return std::nullopt;
    decoded.push_back(encoded->decode());
  }
  return decoded;
}

bool Matches(const std::vector<std::string_view>& pattern, const std::vector<std::string>& segments) {
  return std::ranges::equal(pattern, segments, [](std::string_view wanted, const std::string& segment) {
    return IsPlace(wanted) ? !segment.empty() : wanted == segment;
  });
}

std::string AllowOf(std::string_view allow, Method method) {
  std::string longer(allow);
  if (!longer.empty()) longer += ", ";
  longer += ToString(method);
  if (method == Method::kGet) longer += ", HEAD";
  return longer;
}

}  // namespace

Router::Pattern& Router::PatternOf(std::string_view path) {
  const auto found = std::ranges::find(patterns_, path, &Pattern::path);
  if (found != patterns_.end()) return *found;
  Pattern& pattern = patterns_.emplace_back();
  pattern.path = path;
  pattern.segments = Split(path);
  pattern.places = static_cast<std::size_t>(std::ranges::count_if(pattern.segments, IsPlace));
  if (pattern.places > Params{}.size()) throw std::invalid_argument("too many places in " + std::string(path));
  return pattern;
}

Router::Router(std::span<const Route> routes) {
  if (routes.size() >= kNoRoute) throw std::invalid_argument("too many routes");
  for (std::uint16_t i = 0; i < routes.size(); ++i) {
    Pattern& pattern = PatternOf(routes[i].path);
    if (std::ranges::find(pattern.rows, routes[i].method, &Row::method) != pattern.rows.end()) {
      throw std::invalid_argument("two rows for one method of " + std::string(routes[i].path));
    }
    pattern.rows.push_back({routes[i].method, i});
    pattern.allow = AllowOf(pattern.allow, routes[i].method);
  }
  std::ranges::stable_sort(patterns_, {}, &Pattern::places);
}

Router::Match Router::Find(Method method, std::string_view path, Params& params) const {
  auto segments = Decode(Split(path));
  if (!segments) return {.outcome = Outcome::kBadPath};
  const auto pattern =
      std::ranges::find_if(patterns_, [&](const Pattern& candidate) { return Matches(candidate.segments, *segments); });
  if (pattern == patterns_.end()) return {.outcome = Outcome::kNoPath};

  const Method served_as = method == Method::kHead ? Method::kGet : method;
  const auto row = std::ranges::find(pattern->rows, served_as, &Row::method);
  if (row == pattern->rows.end()) return {.outcome = Outcome::kNoMethod, .allow = pattern->allow};
  auto param = params.begin();
  for (std::size_t i = 0; i < segments->size(); ++i) {
    if (IsPlace(pattern->segments[i])) *param++ = std::move((*segments)[i]);
  }
  return {.outcome = Outcome::kFound, .route = row->route, .allow = pattern->allow};
}

}  // namespace demo::http
