#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>

#include "base/clock.h"

namespace demo {

/// Shows how far a load came: a bar that is redrawn on a terminal, a line a second elsewhere.
class LoadProgress {
 public:
  /// `begin` of `total` records are there already.
  LoadProgress(std::ostream& out, bool terminal, std::int64_t begin, std::int64_t total, SteadyTime now);
  /// Shows `done` records when it is time to.
  void Show(std::int64_t done, SteadyTime now);
  /// Ends the bar, so that what follows is on a line of its own.
  void End();

 private:
  [[nodiscard]] std::string Line(std::int64_t done, SteadyTime now) const;

  std::ostream& out_;
  const bool terminal_;
  const std::int64_t begin_;
  const std::int64_t total_;
  const SteadyTime start_;
  SteadyTime next_;
  bool drawn_ = false;
};

/// 1234567 as "1 234 567". Pure.
std::string Grouped(std::int64_t number);

}  // namespace demo
