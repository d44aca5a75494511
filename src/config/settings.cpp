#include <algorithm>
#include <array>
#include <cctype>

#include "config/config.h"
#include "config/mongodb_settings.h"
#include "config/server_settings.h"
#include "config/setting.h"
#include "config/values.h"

namespace demo {
namespace {

using enum Topic;

template <auto member, std::size_t longest>
bool SetName(Config& config, std::string_view value) {
  config.*member = value;
  return IsName(value, longest);
}

template <auto member, int least, int most>
bool SetNumber(Config& config, std::string_view value) {
  return SetTo(config.*member, ReadNumber(value, least, most));
}

template <auto member, int least>
bool SetSeconds(Config& config, std::string_view value) {
  return SetTo(config.*member, ReadSeconds(value, least, 3600));
}

constexpr std::string_view kPasswordFile = "a readable file that holds 1 to 4096 bytes without control characters";

constexpr std::array kSettings = {
    Setting{"PORT", kAddress, "NUMBER", "The port to listen on; 0 picks a free one", "a number from 0 to 65535", "5000",
            SetNumber<&Config::port, 0, 65535>},
    Setting{"BIND", kAddress, "ADDRESS", "The address to listen on", "an IPv4 or IPv6 address, or localhost", "0.0.0.0",
            SetBind},
    Setting{"ENVIRONMENT", kServer, "NAME", "Shown on the pages: dev is production",
            "a name of 1 to 32 letters, digits, '-', '_' or '.'", "local", SetName<&Config::environment, 32>},
    Setting{"INSTANCE", kServer, "NAME", "The name of this process among the others",
            "a name of 1 to 128 letters, digits, '-', '_' or '.'", "the host's name", SetName<&Config::instance, 128>},
    Setting{"DATA_DIR", kFolder, "FOLDER", "Where the embedded store lives", "a folder", "./data", SetDataDir},
    Setting{"MONGODB_URI", kMongodb, "URI", "MongoDB's routers or members, in place of the embedded store",
            "mongodb://HOST,HOST/DATABASE?OPTION=VALUE or mongodb+srv://NAME", "", SetMongoUri, true},
    Setting{"MONGODB_PASSWORD_FILE", kMongodb, "FILE", "The password of the user that MONGODB_URI names",
            "a readable file that holds 1 to 4096 bytes of UTF-8 without control characters", "", SetMongoPasswordFile},
    Setting{"REDIS_HOST", kServer, "HOST[:PORT]", "The Redis that instances share as the cache's second tier",
            "host[:port]", "", SetRedisHost},
    Setting{"REDIS_SENTINELS", kServer, "HOST[:PORT],...", "Redis' Sentinels, in place of REDIS_HOST",
            "host[:port],... of the Sentinels, each once", "", SetRedisSentinels},
    Setting{"REDIS_MASTER_NAME", kServer, "NAME", "The name by which the Sentinels know the primary",
            "1 to 128 visible ASCII characters", "", SetRedisMasterName},
    Setting{"REDIS_USERNAME", kServer, "NAME", "Redis' user", "1 to 128 bytes without white space", "",
            SetRedisUsername},
    Setting{"REDIS_PASSWORD_FILE", kServer, "FILE", "The password of Redis and its Sentinels", kPasswordFile, "",
            SetRedisPasswordFile},
    Setting{"ADMIN_TOKEN", kServer, "TOKEN", "What clearing, replacing and migrating data need",
            "8 to 256 visible ASCII characters", "", SetToken, true},
    Setting{"ADMIN_TOKEN_FILE", kServer, "FILE", "The same from a file",
            "a readable file that holds 8 to 256 visible ASCII characters", "", SetTokenFile},
    Setting{"LOG_FORMAT", kServer, "FORMAT", "The form of the log's lines", "text or json",
            "text on a terminal, else json", SetLogFormat},
    Setting{"LOG_LEVEL", kServer, "LEVEL", "The least level that is logged", "debug, info, warning, error or off",
            "info", SetLogLevel},
    Setting{"LOOPS", kServer, "NUMBER", "Threads that serve connections; 0: one for each processor",
            "a number from 0 to 256", "0", SetNumber<&Config::loops, 0, 256>},
    Setting{"WORKERS", kServer, "NUMBER", "Threads that run handlers", "a number from 1 to 1024", "32; 64 with MongoDB",
            SetNumber<&Config::workers, 1, 1024>},
    Setting{"QUEUE", kServer, "NUMBER", "Requests that may wait for a worker", "a number from 1 to 65536", "256",
            SetNumber<&Config::queue, 1, 65536>},
    Setting{
        "CACHE_MIB", kServer, "MIB", "The response cache's size; 0: no cache", "a number of MiB from 0 to 65536", "64",
        [](Config& config, std::string_view value) { return SetTo(config.cache_mib, ReadMebibytes(value, 65536)); }},
    Setting{
        "BUFFER_MIB", kServer, "MIB",
        "What connections, requests and answers may hold; 0: three eighths of the memory limit, at most 256",
        "a number of MiB from 0 to 65536", "0",
        [](Config& config, std::string_view value) { return SetTo(config.buffer_mib, ReadMebibytes(value, 65536)); }},
    Setting{"IDLE_TIMEOUT", kServer, "SECONDS", "How long a connection may lie idle; longer than in a balancer",
            "a number of seconds from 1 to 3600", "120", SetSeconds<&Config::idle_timeout, 1>},
    Setting{"DRAIN_DELAY", kServer, "SECONDS", "How long it accepts connections after SIGTERM",
            "a number of seconds from 0 to 3600", "0", SetSeconds<&Config::drain_delay, 0>},
    Setting{"DRAIN_DEADLINE", kServer, "SECONDS", "How long requests that run may take to end after that",
            "a number of seconds from 0 to 3600", "20", SetSeconds<&Config::drain_deadline, 0>},
};

}  // namespace

std::string Setting::Flag() const {
  std::string flag = "--";
  for (const char c : variable) flag += c == '_' ? '-' : static_cast<char>(std::tolower(c));
  return flag;
}

std::span<const Setting> Settings() { return kSettings; }

bool IsAbout(const Setting& setting, std::span<const Topic> topics) {
  return std::ranges::find(topics, setting.topic) != topics.end();
}

}  // namespace demo
