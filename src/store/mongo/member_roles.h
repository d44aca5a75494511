#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>

#include "base/clock.h"
#include "store/store.h"

namespace demo::mongo {

/// What a member says of itself.
struct MemberAnswer {
  std::string name;
  Topology::Role role = Topology::Role::kUnknown;
  std::optional<UnixMillis> last_write;
};

/// Puts together what the members of one set say of themselves and what others say of them. What a member says counts;
/// of one that says nothing, what others say, but for a minute after it fell silent: for half of that a router of
/// MongoDB 4.0 goes on believing in it. So where members cannot be asked at all, the others' word stands.
class MemberRoles {
 public:
  /// Changes the roles in `set`, and sets how far a secondary is behind what its primary had at the call before: what
  /// the two say is of different moments, and that it lacks something which is younger than its answer is no lag.
  void Merge(std::span<const MemberAnswer> answers, SteadyTime now, Topology::ReplicaSet& set);

 private:
  std::map<std::string, SteadyTime> answered_;  ///< When each did last.
  std::optional<UnixMillis> primary_write_;     ///< The primary's last, at the call before.
};

}  // namespace demo::mongo
