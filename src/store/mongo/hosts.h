#pragma once

#include <chrono>
#include <mutex>
#include <string>
#include <vector>

#include "mongo/connection.h"
#include "store/store.h"

namespace demo::mongo {

/// The instances, as store.h has them. Both "seen" and "now" are the servers' time: a pod's own clock decides nothing.
/// Thread-safe.
class Hosts {
 public:
  Result<bool> Renew(Connection& connection, const Host& host, std::chrono::seconds lifetime);
  static Result<void> Remove(Connection& connection, const std::string& pod);
  static Result<std::vector<Host>> List(Connection& connection);

 private:
  std::mutex mutex_;
  std::vector<Host> last_;  ///< Under mutex_: the set after the renewal before.
};

}  // namespace demo::mongo
