#pragma once

#include <cstdint>
#include <expected>
#include <map>
#include <span>
#include <string>

#include "cli/cluster.h"
#include "config/setting.h"

namespace demo {

enum class Command { kServe, kHealthcheck, kLoad, kMigrate, kClusterApply, kClusterStatus, kVersion };

/// What was typed: the command, its own options, and the settings that were given as flags.
struct CommandLine {
  Command command = Command::kServe;
  std::span<const Topic> topics;                          ///< The settings that the command reads.
  std::map<std::string, std::string, std::less<>> flags;  ///< By variable.

  struct Load {
    std::int64_t users = 0;
    std::int64_t orders = 0;
    std::uint64_t seed = 1;
  } load;

  ClusterOptions cluster;
};

/// The error is the exit status: 0 where help was asked for and printed, 2 for wrong usage, with one line on standard
/// error that says what is wrong.
std::expected<CommandLine, int> ParseCommandLine(int argc, const char* const* argv);

}  // namespace demo
