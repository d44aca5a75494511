#include "base/build_info.h"

#include <fmt/core.h>
#include <spdlog/version.h>

#include <boost/version.hpp>

#include "base/git_commit.h"

namespace demo {
namespace {

constexpr std::string_view kCompiler =
#if defined(__clang__)
    "clang " __clang_version__;
#else
    "gcc " __VERSION__;
#endif

std::string Dotted(int major, int minor, int patch) { return fmt::format("{}.{}.{}", major, minor, patch); }

// Before main, so that both are the process' start but for the loader's few milliseconds.
const UnixMillis kStartedAt = WallClockNow();
const SteadyTime kStarted = SteadyClock::now();

}  // namespace

const BuildInfo& ThisBuild() {
  static const BuildInfo build = {
      DEMO_VERSION,
      DEMO_GIT_COMMIT,
      DEMO_BUILD_TYPE,
      kCompiler,
      {{"boost", Dotted(BOOST_VERSION / 100000, BOOST_VERSION / 100 % 1000, BOOST_VERSION % 100)},
       {"fmt", Dotted(FMT_VERSION / 10000, FMT_VERSION / 100 % 100, FMT_VERSION % 100)},
       {"spdlog", Dotted(SPDLOG_VER_MAJOR, SPDLOG_VER_MINOR, SPDLOG_VER_PATCH)}},
  };
  return build;
}

UnixMillis StartedAt() { return kStartedAt; }

double UptimeSeconds() { return std::chrono::duration<double>(SteadyClock::now() - kStarted).count(); }

}  // namespace demo
