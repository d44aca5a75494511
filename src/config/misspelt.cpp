#include "config/misspelt.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <utility>

namespace demo {
namespace {

constexpr std::size_t kShortest = 4;  // "LOOP" is near LOOPS; PORT and BIND are near to too many words.

/// What other programs call it, without marks between the words. MONGODB is written MONGO here.
constexpr std::pair<std::string_view, std::string_view> kOtherNames[] = {
    {"BINDADDRESS", "BIND"},
    {"BINDADDR", "BIND"},
    {"BINDHOST", "BIND"},
    {"LISTENADDRESS", "BIND"},
    {"LISTENADDR", "BIND"},
    {"HTTPPORT", "PORT"},
    {"LISTENPORT", "PORT"},
    {"SERVERPORT", "PORT"},
    {"APPENV", "ENVIRONMENT"},
    {"INSTANCENAME", "INSTANCE"},
    {"INSTANCEID", "INSTANCE"},
    {"DATAPATH", "DATA_DIR"},
    {"DATAFOLDER", "DATA_DIR"},
    {"DATADIRECTORY", "DATA_DIR"},
    {"DATABASEURL", "MONGODB_URI"},
    {"DATABASEURI", "MONGODB_URI"},
    {"MONGOURL", "MONGODB_URI"},
    {"MONGOHOST", "MONGODB_URI"},
    {"MONGOCONNECTIONSTRING", "MONGODB_URI"},
    {"MONGOPASSWORD", "MONGODB_PASSWORD_FILE"},
    {"REDISURL", "REDIS_HOST"},
    {"REDISURI", "REDIS_HOST"},
    {"REDISADDR", "REDIS_HOST"},
    {"REDISADDRESS", "REDIS_HOST"},
    {"REDISHOSTNAME", "REDIS_HOST"},
    {"REDISSERVER", "REDIS_HOST"},
    {"REDISPORT", "REDIS_HOST"},
    {"REDISMASTER", "REDIS_MASTER_NAME"},
    {"REDISUSER", "REDIS_USERNAME"},
    {"REDISPASSWORD", "REDIS_PASSWORD_FILE"},
    {"ADMINPASSWORD", "ADMIN_TOKEN"},
    {"LOGFMT", "LOG_FORMAT"},
    {"LOGGINGLEVEL", "LOG_LEVEL"},
    {"LOGLVL", "LOG_LEVEL"},
    {"LOGVERBOSITY", "LOG_LEVEL"},
    {"THREADS", "WORKERS"},
    {"WORKERTHREADS", "WORKERS"},
    {"QUEUESIZE", "QUEUE"},
    {"CACHESIZE", "CACHE_MIB"},
    {"CACHEMB", "CACHE_MIB"},
    {"IDLEDEADLINE", "IDLE_TIMEOUT"},
    {"KEEPALIVETIMEOUT", "IDLE_TIMEOUT"},
    {"DRAINTIMEOUT", "DRAIN_DEADLINE"},
    {"SHUTDOWNTIMEOUT", "DRAIN_DEADLINE"},
};

/// Letters and digits only, in capitals.
std::string Letters(std::string_view name) {
  std::string letters;
  for (const char c : name) {
    if (std::isalnum(static_cast<unsigned char>(c))) letters += static_cast<char>(std::toupper(c));
  }
  return letters;
}

/// As kOtherNames has it.
std::string Usual(std::string_view name) {
  std::string letters = Letters(name);
  for (const std::string_view prefix : {"DEMOAPP", "DEMO", "APP"}) {
    if (letters.starts_with(prefix) && letters != "APPENV") letters.erase(0, prefix.size());
  }
  if (letters.starts_with("MONGODB")) letters.erase(5, 2);
  return letters;
}

/// "tcp://10.0.0.1:80" and what else Kubernetes tells each container of each service: NAME_PORT_80_TCP_ADDR,
/// NAME_SERVICE_HOST.
bool IsOfAService(std::string_view name, std::string_view value) {
  const bool is_port = name.ends_with("_PORT") || name.contains("_PORT_");
  const bool is_address = value.starts_with("tcp://") || value.starts_with("udp://") || value.starts_with("sctp://");
  if (is_port && is_address) return true;
  return std::ranges::any_of(std::array{"_SERVICE_HOST", "_SERVICE_PORT", "_TCP_", "_UDP_", "_SCTP_"},
                             [&](std::string_view part) { return name.contains(part); });
}

std::optional<std::string_view> MeantBy(std::string_view name, std::span<const Topic> topics) {
  const std::string usual = Usual(name);
  for (const Setting& setting : Settings()) {
    if (!IsAbout(setting, topics)) continue;
    const std::string own = Usual(setting.variable);
    const bool is_long = own.size() > kShortest && usual.size() >= kShortest;
    if (usual == own || (is_long && (IsNear(usual, own) || IsNear(name, setting.variable)))) return setting.variable;
    for (const auto& [other, meant] : kOtherNames) {
      if (meant == setting.variable && usual == other) return meant;
    }
  }
  return std::nullopt;
}

}  // namespace

bool IsNear(std::string_view name, std::string_view other) {
  std::string a = Letters(name);
  std::string b = Letters(other);
  if (a.size() > b.size()) a.swap(b);
  if (b.size() - a.size() > 1) return false;
  const std::size_t same = static_cast<std::size_t>(std::ranges::mismatch(a, b).in1 - a.begin());
  const std::string_view rest_a = std::string_view(a).substr(same);
  const std::string_view rest_b = std::string_view(b).substr(same);
  if (a.size() < b.size()) return rest_b.substr(1) == rest_a;
  if (rest_a.size() < 2) return true;
  const bool swapped = rest_a[0] == rest_b[1] && rest_a[1] == rest_b[0] && rest_a.substr(2) == rest_b.substr(2);
  return swapped || rest_a.substr(1) == rest_b.substr(1);
}

std::vector<Misspelt> FindMisspelt(const char* const* environment, std::span<const Topic> topics) {
  std::vector<Misspelt> found;
  for (; *environment != nullptr; ++environment) {
    const std::string_view entry = *environment;
    const std::string_view name = entry.substr(0, entry.find('='));
    const std::string_view value = entry.substr(std::min(entry.size(), name.size() + 1));
    const bool is_ours = std::ranges::find(Settings(), name, &Setting::variable) != Settings().end();
    if (is_ours || IsOfAService(name, value)) continue;
    if (const auto meant = MeantBy(name, topics)) found.push_back({std::string(name), *meant});
  }
  return found;
}

}  // namespace demo
