#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/endpoint.h"
#include "base/result.h"

namespace demo {

struct Config;

/// Where the cache's shared tier is, and how it is entered. Neither host nor sentinels: there is none.
struct RedisConfig {
  std::optional<Endpoint> host;
  std::vector<Endpoint> sentinels;  ///< With `master_name`, in place of `host`.
  std::string master_name;
  std::string username;
  std::string password;  ///< Empty: nothing is asked for.

  [[nodiscard]] bool wanted() const { return host.has_value() || !sentinels.empty(); }
};

// What config.cpp's list of settings calls: false when the value is none of what the setting wants.
bool SetRedisHost(Config& config, std::string_view value);
bool SetRedisSentinels(Config& config, std::string_view value);
bool SetRedisMasterName(Config& config, std::string_view value);
bool SetRedisUsername(Config& config, std::string_view value);
bool SetRedisPasswordFile(Config& config, std::string_view path);

/// Holds the settings against each other. Errors: Invalid, one line that names the variable and what it wants.
Result<void> CheckRedis(const RedisConfig& redis);

}  // namespace demo
