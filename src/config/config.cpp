#include "config/config.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>

#include "base/secret_file.h"
#include "config/mongodb_settings.h"
#include "config/values.h"

namespace demo {
namespace {

/// Of SQLite, whose reads compute: as many as make writers share an fsync. For MongoDB's, which wait: as many misses as
/// are to be read together, each of which holds a thread until then.
int UsualWorkers(const Config& config) { return config.mongodb_uri.empty() ? 32 : 64; }

bool MayBeShown(const Setting& setting, const std::string& value) {
  return !setting.secret && (setting.type != "FILE" || IsSurelyPath(value));
}

std::unexpected<Error> Wrong(const Setting& setting, const std::string& value, std::string_view flaw) {
  const std::string got = MayBeShown(setting, value) ? Shown(value) : "a value that is not shown";
  return Fail(ErrorCode::kInvalid, fmt::format("{}: got {}{}{}, wants {}", setting.variable, got,
                                               flaw.empty() ? "" : ", which ", flaw, setting.wants));
}

std::string HostName() {
  std::array<char, 256> name{};
  if (gethostname(name.data(), name.size() - 1) != 0 || !IsName(name.data(), 128)) return "demo-app";
  return name.data();
}

/// What the settings say together. Errors: as ReadConfig.
Result<void> HoldTogether(Config& config, bool has_token, bool has_token_file) {
  if (has_token && has_token_file) {
    return Fail(ErrorCode::kInvalid, "ADMIN_TOKEN: got a value beside ADMIN_TOKEN_FILE, wants one of the two");
  }
  if (auto added = AddMongoPassword(config); !added) return added;
  return CheckRedis(config.redis);
}

}  // namespace

Result<Config> ReadConfig(std::span<const Topic> topics, const Lookup& flags, const Lookup& environment) {
  Config config;
  config.instance = HostName();
  bool has_token = false;
  bool has_token_file = false;
  for (const Setting& setting : Settings()) {
    if (!IsAbout(setting, topics)) continue;
    auto value = flags(setting.variable);
    if (!value) value = environment(setting.variable);
    if (!value) continue;
    const auto flaw = Flaw(*value);
    if (!flaw.empty() || !setting.apply(config, *value)) return Wrong(setting, *value, flaw);
    has_token = has_token || setting.variable == "ADMIN_TOKEN";
    has_token_file = has_token_file || setting.variable == "ADMIN_TOKEN_FILE";
  }
  if (auto held = HoldTogether(config, has_token, has_token_file); !held) return Fail(held.error());
  if (config.workers == 0) config.workers = UsualWorkers(config);
  return config;
}

}  // namespace demo
