#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace demo {

/// What an instance says of itself among the hosts of a store.
struct HostInfo {
  std::string version;
  long long process = 0;
  UnixMillis started = 0;
  bool operator==(const HostInfo&) const = default;
};

/// "version 1.2.0, process 8139, since 2026-11-27T19:47:04.320Z": the member `info` of GET /hosts. Pure.
std::string WriteHostInfo(const HostInfo& info);
/// What WriteHostInfo wrote; nothing where another version says it otherwise. Pure.
std::optional<HostInfo> ReadHostInfo(std::string_view text);

}  // namespace demo
