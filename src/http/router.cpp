#include "http/router.h"

#include <algorithm>
#include <boost/url/pct_string_view.hpp>
#include <stdexcept>

#include "cache/stored_response.h"

namespace demo::http {
namespace {

bool IsPlace(std::string_view segment) { return segment.starts_with('{'); }

/// What stands between the slashes; nothing for a path that does not begin with one, or that has more segments than any
/// row. A request that is refused must cost little, so that nothing here is allocated.
class Segments {
 public:
  explicit Segments(std::string_view path) {
    while (path.starts_with('/')) {
      if (count_ == all_.size()) {
        count_ = 0;
        return;
      }
      path.remove_prefix(1);
      const std::size_t end = std::min(path.find('/'), path.size());
      all_[count_++] = path.substr(0, end);
      path.remove_prefix(end);
    }
  }

  std::span<const std::string_view> all() const { return {all_.data(), count_}; }

  /// Replaces what is percent-encoded; false where that is broken.
  bool Decode() {
    for (std::size_t i = 0; i < count_; ++i) {
      if (all_[i].find('%') == std::string_view::npos) continue;
      const auto encoded = boost::urls::make_pct_string_view(boost::urls::string_view(all_[i].data(), all_[i].size()));
      if (!encoded) return false;
      all_[i] = decoded_[i] = encoded->decode();
    }
    return true;
  }

 private:
  std::array<std::string_view, Router::kMaxSegments> all_;
  std::array<std::string, Router::kMaxSegments> decoded_;
  std::size_t count_ = 0;
};

bool Matches(std::span<const std::string_view> pattern, std::span<const std::string_view> segments) {
  return std::ranges::equal(pattern, segments, [](std::string_view wanted, std::string_view segment) {
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
  const Segments segments(path);
  pattern.segments.assign(segments.all().begin(), segments.all().end());
  if (pattern.segments.empty()) throw std::invalid_argument("too many segments in " + std::string(path));
  pattern.places = static_cast<std::size_t>(std::ranges::count_if(pattern.segments, IsPlace));
  if (pattern.places > Params{}.size()) throw std::invalid_argument("too many places in " + std::string(path));
  return pattern;
}

Router::Router(std::span<const Route> routes) {
  if (routes.size() >= kNoRoute) throw std::invalid_argument("too many routes");
  for (std::uint16_t index = 0; const Route& route : routes) {
    Pattern& pattern = PatternOf(route.path);
    if (std::ranges::find(pattern.rows, route.method, &Row::method) != pattern.rows.end()) {
      throw std::invalid_argument("two rows for one method of " + std::string(route.path));
    }
    pattern.rows.push_back({route.method, index++});
    pattern.allow = AllowOf(pattern.allow, route.method);
  }
  std::ranges::stable_sort(patterns_, {}, &Pattern::places);
}

Router::Match Router::Find(Method method, std::string_view path, Params& params) const {
  Segments segments(path);
  if (!segments.Decode()) return {.outcome = Outcome::kBadPath};
  const auto matches = [&](const Pattern& candidate) { return Matches(candidate.segments, segments.all()); };
  const auto pattern = std::ranges::find_if(patterns_, matches);
  if (pattern == patterns_.end()) return {.outcome = Outcome::kNoPath};

  const Method served_as = method == Method::kHead ? Method::kGet : method;
  const auto row = std::ranges::find(pattern->rows, served_as, &Row::method);
  if (row == pattern->rows.end()) return {.outcome = Outcome::kNoMethod, .allow = pattern->allow};
  auto param = params.begin();
  for (std::size_t i = 0; i < pattern->segments.size(); ++i) {
    if (IsPlace(pattern->segments[i])) *param++ = segments.all()[i];
  }
  return {.outcome = Outcome::kFound, .route = row->route, .allow = pattern->allow};
}

}  // namespace demo::http
