#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"

namespace demo {

/// What this binary was built from and with.
struct BuildInfo {
  std::string_view version;
  std::string_view commit;  ///< "unknown" where it was built outside a git checkout; ends in "-dirty" where changed.
  std::string_view build_type;
  std::string_view compiler;
  std::vector<std::pair<std::string_view, std::string>> libraries;
};

const BuildInfo& ThisBuild();

/// When this process started, by the wall clock; what the monotonic clock says it has run.
UnixMillis StartedAt();
double UptimeSeconds();

}  // namespace demo
