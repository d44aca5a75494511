#pragma once

#include <algorithm>
#include <chrono>

namespace demo {

/// The pauses between tries of what goes on failing: `first`, then twice as long each time, and never over `longest`.
class BackOff {
 public:
  constexpr BackOff(std::chrono::milliseconds first, std::chrono::milliseconds longest)
      : first_(first), longest_(longest) {}

  /// How long to wait after one more failure; never nothing.
  constexpr std::chrono::milliseconds Next() { return pause_ = std::clamp(2 * pause_, first_, longest_); }
  /// It was well for a while: the next pause is the first one.
  constexpr void Reset() { pause_ = {}; }

 private:
  const std::chrono::milliseconds first_;
  const std::chrono::milliseconds longest_;
  std::chrono::milliseconds pause_{};
};

}  // namespace demo
