#pragma once

#include <boost/json/object.hpp>
#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "cluster/observed.h"
#include "cluster/topology.h"

namespace demo::cluster {

// What is to be done next, from what was seen and what is wanted: without I/O, so that every situation can be tested.
// Nothing is remembered from step to step; whoever was killed between two simply looks again.

/// One command for one server.
struct Do {
  std::string text;     ///< "rs-shard: initiate with 3 members"; holds no secret.
  std::string address;  ///< Of a member, which is logged in to by the key; or of a router, by the admin.
  std::string database;
  boost::json::object command;            ///< May hold a password: never shown.
  std::function<void(Observed&)> effect;  ///< What a look after it would find, for a rehearsal.
};

/// Nothing can be done before something changes by itself.
struct Wait {
  std::string reason;                     ///< "rs-shard: 2 of 3 members answer, waiting for mongo-shard-2:27018".
  std::function<void(Observed&)> effect;  ///< What is waited for, for a rehearsal.
};

/// A person has to change something first.
struct Stuck {
  std::string reason;
};

struct Finished {};

using Step = std::variant<Finished, Do, Wait, Stuck>;

/// The next step towards `topology`. What a person has to mend comes first, then what can be done, then what has to be
/// waited for, whose reasons are joined. Only adds: no step removes a member, a shard, a user, a role, a collection or
/// an index. `observed` was looked at with the same topology. Pure.
Step NextStep(const Topology& topology, const Observed& observed);

/// The roles that a topology's users get, as "role@database".
std::vector<std::string> AdminRoles();
std::vector<std::string> AppRoles(const Topology& topology);

}  // namespace demo::cluster
