#include "store/mongo/member_roles.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace demo::mongo {
namespace {

using Role = Topology::Role;

constexpr std::chrono::minutes kOthersAreLate{1};

}  // namespace

void MemberRoles::Merge(std::span<const MemberAnswer> answers, SteadyTime now, Topology::ReplicaSet& set) {
  const auto primary = std::ranges::find(answers, Role::kPrimary, &MemberAnswer::role);
  const auto before = std::exchange(primary_write_, primary == answers.end() ? std::nullopt : primary->last_write);
  for (Topology::Member& member : set.members) {
    const auto answer = std::ranges::find(answers, member.name, &MemberAnswer::name);
    if (answer == answers.end()) {
      const auto last = answered_.find(member.name);
      if (last != answered_.end() && now - last->second < kOthersAreLate) member.role = Role::kDown;
      continue;
    }
    answered_[member.name] = now;
    member.role = answer->role;
    if (answer->role != Role::kSecondary || !before || !answer->last_write) continue;
    member.lag = std::chrono::milliseconds(std::max<UnixMillis>(0, *before - *answer->last_write));
  }
}

}  // namespace demo::mongo
