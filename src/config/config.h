#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/log.h"
#include "base/result.h"
#include "config/redis_settings.h"
#include "config/setting.h"

namespace demo {

/// What the service was told, checked. Made once at start, read-only ever after.
struct Config {
  std::string bind = "0.0.0.0";
  std::uint16_t port = 5000;  ///< 0: the system picks one.
  std::string environment = "local";
  std::string instance;  ///< How this process is called among the others: the pod's name, else the host's.
  std::string data_dir = "./data";
  std::string mongodb_uri;       ///< Empty: the embedded store. Else MongoDB's, its options not checked yet.
  std::string mongodb_password;  ///< Already part of `mongodb_uri`; empty where no file gives one.
  std::string admin_token;       ///< Empty: destructive requests need none.

  RedisConfig redis;

  std::optional<log::Format> log_format;  ///< Unset: text on a terminal, else JSON.
  log::Level log_level = log::Level::kInfo;

  int loops = 0;               ///< 0: one for each processor.
  int workers = 0;             ///< Threads that run handlers; where nobody says, as the store needs (ReadConfig).
  int queue = 256;             ///< Requests that wait for a worker at most.
  std::size_t cache_mib = 64;  ///< 0: nothing is cached.
  std::size_t buffer_mib = 0;  ///< What requests and answers may hold; 0: as the memory of this process allows.
  std::chrono::seconds idle_timeout{120};  ///< Longer than AWS' balancer keeps a connection (60 s), and Traefik (90 s).
  std::chrono::seconds drain_delay{0};
  std::chrono::seconds drain_deadline{20};
};

/// Looks a setting up by its variable; nothing where it is not given.
using Lookup = std::function<std::optional<std::string>(std::string_view variable)>;

/// The configuration that flags and environment give; flags win. Reads the settings about `topics` only.
/// Errors: Invalid, one line that names the variable, what it got (unless it may be a secret) and what it wants.
Result<Config> ReadConfig(std::span<const Topic> topics, const Lookup& flags, const Lookup& environment);

}  // namespace demo
