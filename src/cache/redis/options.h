#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/endpoint.h"

namespace demo {

struct RedisOptions {
  std::optional<Endpoint> host = {};     ///< The server, or:
  std::vector<Endpoint> sentinels = {};  ///< who knows which server is the primary of
  std::string master_name = {};          ///< this name.
  std::string username = {};             ///< Empty: the default user.
  std::string password = {};             ///< Empty: nobody asks for one.
  std::string space = "demo-app";        ///< How all keys begin. One store, one space: others must not share it.
  std::string build = {};                ///< Answers of another build are never read: it may render them differently.

  std::size_t connections = 32;          ///< For workers, at most; further ones do without.
  std::size_t max_value = 256UL * 1024;  ///< Larger answers stay in the process.
  /// For one call, connecting included. A request may lose 50 ms here: some are left for telling the store that this
  /// one failed, and for waking up on a busy processor.
  std::chrono::milliseconds deadline{30};
};

}  // namespace demo
