#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "store/store.h"

namespace demo::mongo {

/// Which routers answer this instance. They are known to it by their addresses and to the config servers by the names
/// of their hosts, so each is asked for its name once.
class RouterAnswers {
 public:
  /// Those addresses of `answering` whose name nobody knows yet, or not since they last fell silent.
  std::vector<std::string> Nameless(const std::map<std::string, std::uint32_t>& answering);
  /// `address` calls itself `name`; empty where it does not tell.
  void Learn(const std::string& address, const std::string& name) { names_[address] = name; }
  /// Sets `answers` where it is known. `complete`: those that answer have had the time to do so.
  void Mark(bool complete, std::vector<Topology::Router>& routers);

 private:
  std::map<std::string, std::string> names_;  ///< By address, of those that answer.
  std::set<std::string> met_;                 ///< Names of routers that answered once.
};

}  // namespace demo::mongo
