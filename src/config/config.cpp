#include "config/config.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "base/number.h"
#include "config/mongodb_settings.h"
#include "config/secret_file.h"

namespace demo {
namespace {

bool IsAddress(const std::string& text) {
  in6_addr address{};
  return inet_pton(AF_INET, text.c_str(), &address) == 1 || inet_pton(AF_INET6, text.c_str(), &address) == 1;
}

bool IsName(std::string_view text, std::size_t longest) {
  return !text.empty() && text.size() <= longest &&
         std::ranges::all_of(text, [](unsigned char c) { return std::isalnum(c) || c == '-' || c == '_' || c == '.'; });
}

bool ReadToken(std::string_view text, std::string& out) {
  const bool visible = std::ranges::all_of(text, [](unsigned char c) { return c > 0x20 && c < 0x7F; });
  if (text.size() < 8 || text.size() > 256 || !visible) return false;
  out = text;
  return true;
}

bool ReadTokenFile(std::string_view path, std::string& out) {
  constexpr std::size_t kLongest = 256;
  const auto text = ReadSecretFile(path, kLongest);
  return text && ReadToken(*text, out);
}

bool SetLogFormat(Config& config, std::string_view value) {
  if (value != "text" && value != "json") return false;
  config.log_format = value == "text" ? log::Format::kText : log::Format::kJson;
  return true;
}

bool SetLogLevel(Config& config, std::string_view value) {
  using enum log::Level;
  constexpr std::array<std::pair<std::string_view, log::Level>, 5> kLevels = {
      {{"debug", kDebug}, {"info", kInfo}, {"warning", kWarning}, {"error", kError}, {"off", kOff}}};
  const auto found = std::ranges::find(kLevels, value, &std::pair<std::string_view, log::Level>::first);
  if (found == kLevels.end()) return false;
  config.log_level = found->second;
  return true;
}

bool SetBind(Config& config, std::string_view value) {
  config.bind = value;
  return IsAddress(config.bind);
}

bool SetDataDir(Config& config, std::string_view value) {
  config.data_dir = value;
  return !value.empty();
}

template <auto member, std::size_t longest>
bool SetName(Config& config, std::string_view value) {
  config.*member = value;
  return IsName(value, longest);
}

template <auto member, int least, int most>
bool SetNumber(Config& config, std::string_view value) {
  const auto number = ReadNumber(value, least, most);
  if (!number) return false;
  config.*member = std::remove_reference_t<decltype(config.*member)>(*number);
  return true;
}

constexpr std::array kSettings = {
    Setting{"PORT", "a number from 0 to 65535", false, SetNumber<&Config::port, 0, 65535>},
    Setting{"BIND", "an IPv4 or IPv6 address", false, SetBind},
    Setting{"ENVIRONMENT", "a name of 1 to 32 letters, digits, '-', '_' or '.'", false,
            SetName<&Config::environment, 32>},
    Setting{"INSTANCE", "a name of 1 to 128 letters, digits, '-', '_' or '.'", false, SetName<&Config::instance, 128>},
    Setting{"DATA_DIR", "a folder", false, SetDataDir},
    Setting{"MONGODB_URI", "mongodb://HOST,HOST/DATABASE?OPTION=VALUE or mongodb+srv://NAME", true, SetMongoUri},
    Setting{"MONGODB_PASSWORD_FILE", "a readable file that holds 1 to 512 visible ASCII characters", false,
            SetMongoPasswordFile},
    Setting{"REDIS_HOST", "host[:port]", false, SetRedisHost},
    Setting{"REDIS_SENTINELS", "host[:port],... of the Sentinels, each once", false, SetRedisSentinels},
    Setting{"REDIS_MASTER_NAME", "1 to 128 visible ASCII characters", false, SetRedisMasterName},
    Setting{"REDIS_USERNAME", "1 to 128 visible ASCII characters", false, SetRedisUsername},
    Setting{"REDIS_PASSWORD_FILE", "a readable file that holds 1 to 512 visible ASCII characters", false,
            SetRedisPasswordFile},
    Setting{"ADMIN_TOKEN", "8 to 256 visible ASCII characters", true,
            [](Config& config, std::string_view value) { return ReadToken(value, config.admin_token); }},
    Setting{"ADMIN_TOKEN_FILE", "a readable file that holds 8 to 256 visible ASCII characters", false,
            [](Config& config, std::string_view value) { return ReadTokenFile(value, config.admin_token); }},
    Setting{"LOG_FORMAT", "text or json", false, SetLogFormat},
    Setting{"LOG_LEVEL", "debug, info, warning, error or off", false, SetLogLevel},
    Setting{"LOOPS", "a number from 0 (one for each processor) to 256", false, SetNumber<&Config::loops, 0, 256>},
    Setting{"WORKERS", "a number from 1 to 1024", false, SetNumber<&Config::workers, 1, 1024>},
    Setting{"QUEUE", "a number from 1 to 65536", false, SetNumber<&Config::queue, 1, 65536>},
    Setting{"CACHE_MIB", "a number of MiB from 0 (nothing is cached) to 65536", false,
            SetNumber<&Config::cache_mib, 0, 65536>},
    Setting{"IDLE_TIMEOUT", "a number of seconds from 1 to 3600", false, SetNumber<&Config::idle_timeout, 1, 3600>},
    Setting{"DRAIN_DELAY", "a number of seconds from 0 to 3600", false, SetNumber<&Config::drain_delay, 0, 3600>},
    Setting{"DRAIN_DEADLINE", "a number of seconds from 0 to 3600", false, SetNumber<&Config::drain_deadline, 0, 3600>},
};

/// Of SQLite, whose reads compute: as many as make writers share an fsync. For MongoDB's, which wait: as many misses as
/// are to be read together, each of which holds a thread until then.
int UsualWorkers(const Config& config) { return config.mongodb_uri.empty() ? 32 : 64; }

/// What a person typed, cut and made safe to print on one line.
std::string Printable(std::string_view value) {
  constexpr std::size_t kLongest = 80;
  std::string out;
  for (const char c : value.substr(0, kLongest)) out += std::isprint(static_cast<unsigned char>(c)) ? c : '?';
  return out + (value.size() > kLongest ? "..." : "");
}

std::unexpected<Error> Wrong(const Setting& setting, const std::string& value) {
  const std::string got = setting.secret ? "a value that is not shown" : fmt::format("\"{}\"", Printable(value));
  return Fail(ErrorCode::kInvalid, fmt::format("{}: got {}, wants {}", setting.variable, got, setting.wants));
}

std::string HostName() {
  std::array<char, 256> name{};
  if (gethostname(name.data(), name.size() - 1) != 0 || !IsName(name.data(), 128)) return "demo-app";
  return name.data();
}

}  // namespace

std::string Setting::Flag() const {
  std::string flag = "--";
  for (const char c : variable) flag += c == '_' ? '-' : static_cast<char>(std::tolower(c));
  return flag;
}

std::span<const Setting> Settings() { return kSettings; }

Result<Config> ReadConfig(const Lookup& flags, const Lookup& environment) {
  Config config;
  config.instance = HostName();
  const auto lookup = [&](std::string_view variable) {
    auto flag = flags(variable);
    return flag ? flag : environment(variable);
  };
  for (const Setting& setting : kSettings) {
    const auto value = lookup(setting.variable);
    if (value && !setting.apply(config, *value)) return Wrong(setting, *value);
  }
  if (lookup("ADMIN_TOKEN") && lookup("ADMIN_TOKEN_FILE")) {
    return Fail(ErrorCode::kInvalid, "ADMIN_TOKEN: got a value beside ADMIN_TOKEN_FILE, wants one of the two");
  }
  if (const auto added = AddMongoPassword(config); !added) return std::unexpected(added.error());
  if (const auto checked = CheckRedis(config.redis); !checked) return std::unexpected(checked.error());
  if (config.workers == 0) config.workers = UsualWorkers(config);
  return config;
}

}  // namespace demo
