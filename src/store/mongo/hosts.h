#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "mongo/connection.h"
#include "store/store.h"

namespace demo::mongo {

/// The instances, as store.h has them. Both "seen" and "now" are the servers' time: a pod's own wall clock decides
/// nothing. An instance that is read for the first time is as silent as the servers say; from then on the steady clock
/// counts since a new "seen" was read. Thread-safe.
class Hosts {
 public:
  Result<bool> Renew(Connection& connection, const Host& host, std::chrono::seconds lifetime);
  static Result<void> Remove(Connection& connection, const std::string& pod);
  Result<std::vector<Host>> List(Connection& connection);

 private:
  struct Heard {
    UnixMillis seen = 0;
    SteadyTime at;  ///< The same moment by the steady clock.
  };

  std::mutex mutex_;
  // Under mutex_.
  std::vector<Host> last_;              ///< The set after the renewal before.
  std::map<std::string, Heard> heard_;  ///< Those of the last listing, by pod.
  SteadyTime listed_;                   ///< When that began.
};

}  // namespace demo::mongo
