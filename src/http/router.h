#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "http/route.h"

namespace demo::http {

/// Finds the row of the route table that a request means. HEAD is served by GET's row. Immutable, thread-safe.
class Router {
 public:
  enum class Outcome : std::uint8_t {
    kFound,
    kNoPath,    ///< No row has this path.
    kNoMethod,  ///< The path has rows, for other methods only.
    kBadPath,   ///< Its percent-encoding is broken.
  };

  struct Match {
    Outcome outcome = Outcome::kNoPath;
    std::uint16_t route = 0;      ///< Where found.
    std::string_view allow = {};  ///< Where the path is known: the methods it has, as the Allow header lists them.
  };

  using Params = std::array<std::string, 2>;
  static constexpr std::size_t kMaxSegments = 8;

  /// `routes` must outlive the router. Throws std::invalid_argument for a table that contradicts itself: two rows for
  /// one method and path, more places or segments in a path than there is room for, more rows than an index can name.
  explicit Router(std::span<const Route> routes);

  /// Fills `params` where found. A literal segment wins over a "{...}"; an empty segment never stands for one.
  Match Find(Method method, std::string_view path, Params& params) const;

 private:
  struct Row {
    Method method;
    std::uint16_t route;
  };
  struct Pattern {
    std::string_view path;
    std::vector<std::string_view> segments;
    std::size_t places = 0;
    std::vector<Row> rows;
    std::string allow;
  };

  Pattern& PatternOf(std::string_view path);

  std::vector<Pattern> patterns_;  ///< Those with fewer places first.
};

}  // namespace demo::http
