#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "base/clock.h"
#include "domain/model.h"

namespace demo::sqlite {

/// The instances that run on the store, in memory: the lock on the file leaves room for this process only, so whoever
/// was registered before it started is dead. Lifetimes are measured by the steady clock. Thread-safe.
class Hosts {
 public:
  bool Renew(const Host& host, std::chrono::seconds lifetime, SteadyTime now);
  void Remove(const std::string& pod);
  std::vector<Host> List(SteadyTime now) const;

 private:
  struct Entry {
    Host host;
    SteadyTime renewed;
    SteadyTime expires;
  };
  mutable std::mutex mutex_;
  std::map<std::string, Entry> entries_;
};

}  // namespace demo::sqlite
