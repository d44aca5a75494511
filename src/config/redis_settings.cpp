#include "config/redis_settings.h"

#include <algorithm>
#include <cctype>

#include "base/secret_file.h"
#include "config/config.h"

namespace demo {
namespace {

constexpr std::uint16_t kRedisPort = 6379;
constexpr std::uint16_t kSentinelPort = 26379;

bool IsVisible(std::string_view text) {
  constexpr std::size_t kLongest = 128;
  return !text.empty() && text.size() <= kLongest &&
         std::ranges::all_of(text, [](unsigned char c) { return std::isgraph(c) != 0 && c < 0x7F; });
}

std::unexpected<Error> Wrong(std::string message) { return Fail(ErrorCode::kInvalid, std::move(message)); }

}  // namespace

bool SetRedisHost(Config& config, std::string_view value) {
  config.redis.host = ReadEndpoint(value, kRedisPort);
  return config.redis.host.has_value();
}

bool SetRedisSentinels(Config& config, std::string_view value) {
  auto sentinels = ReadEndpoints(value, kSentinelPort);
  if (sentinels) config.redis.sentinels = *std::move(sentinels);
  return !config.redis.sentinels.empty();
}

bool SetRedisMasterName(Config& config, std::string_view value) {
  config.redis.master_name = value;
  return IsVisible(value);
}

bool SetRedisUsername(Config& config, std::string_view value) {
  config.redis.username = value;
  constexpr std::size_t kLongest = 128;
  return !value.empty() && value.size() <= kLongest && !value.contains(' ');
}

bool SetRedisPasswordFile(Config& config, std::string_view path) {
  const auto password = ReadPasswordFile(std::string(path));
  if (password) config.redis.password = *password;
  return password.has_value();
}

Result<void> CheckRedis(const RedisConfig& redis) {
  if (redis.host && !redis.sentinels.empty()) {
    return Wrong("REDIS_HOST: got a value beside REDIS_SENTINELS, wants one of the two");
  }
  if (!redis.sentinels.empty() && redis.master_name.empty()) {
    return Wrong("REDIS_MASTER_NAME: got nothing beside REDIS_SENTINELS, wants the name the Sentinels know");
  }
  if (!redis.master_name.empty() && redis.sentinels.empty()) {
    return Wrong("REDIS_SENTINELS: got nothing beside REDIS_MASTER_NAME, wants host[:port],...");
  }
  if (!redis.username.empty() && redis.password.empty()) {
    return Wrong("REDIS_PASSWORD_FILE: got nothing beside REDIS_USERNAME, wants the file of its password");
  }
  if (!redis.password.empty() && !redis.wanted()) {
    return Wrong("REDIS_HOST: got nothing beside REDIS_PASSWORD_FILE, wants host[:port], or REDIS_SENTINELS instead");
  }
  return {};
}

}  // namespace demo
