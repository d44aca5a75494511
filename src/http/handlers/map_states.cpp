#include "http/handlers/map_states.h"

#include <algorithm>

#include "http/pages/catalogue.h"
#include "http/pages/locale.h"
#include "service/topology_watch.h"

namespace demo::http {
namespace {

using pages::Language;
using pages::NodeState;
using pages::Text;
using Role = Topology::Role;

/// Adds "1 of 3 down" to `says`, unless it is none.
void AddCount(Language language, std::string_view key, std::ptrdiff_t count, std::size_t all, std::string& says) {
  if (count == 0) return;
  if (!says.empty()) says += ", ";
  says += Text(language, key,
               {{"n", pages::FormatInteger(language, count)},
                {"all", pages::FormatInteger(language, static_cast<std::int64_t>(all))}});
}

ShownState WholeOr(std::string missing) {
  if (missing.empty()) return {NodeState::kUp};
  return {NodeState::kDegraded, std::move(missing)};
}

}  // namespace

ShownState StateOf(Language language, const Topology::ReplicaSet& set) {
  const auto count = [&](Role role) { return std::ranges::count(set.members, role, &Topology::Member::role); };
  const auto all = set.members.size();
  if (count(Role::kPrimary) > 0) {
    std::string missing;
    AddCount(language, "state.members_down", count(Role::kDown), all, missing);
    AddCount(language, "state.members_starting", count(Role::kStarting), all, missing);
    return WholeOr(std::move(missing));
  }
  if (all == 0 || count(Role::kUnknown) > 0) return {NodeState::kUnknown};
  const auto answering = static_cast<std::ptrdiff_t>(all) - count(Role::kDown);
  if (answering == 0) return {NodeState::kDown};
  return {NodeState::kNoPrimary, pages::CountText(language, "state.no_primary", answering)};
}

ShownState StateOf(Language language, const Topology::Router& router) {
  // Routers tell the config servers every ten seconds that they live: two times were missed, the second by a second.
  constexpr std::chrono::seconds kOverdue{21};
  if (router.answers == false) return {NodeState::kDown};
  const bool is_silent = router.silence && *router.silence > kOverdue;
  if (router.answers && RouterLives(router) == true) return {NodeState::kUp};
  if (!router.silence) return {NodeState::kUnknown};
  return {is_silent ? NodeState::kSilent : NodeState::kUp, pages::HeardText(language, *router.silence, is_silent)};
}

ShownState StateOf(Language language, const Host& peer) {
  const bool is_silent = IsSilent(peer);
  if (peer.draining && !is_silent) return {NodeState::kDraining};
  return {is_silent ? NodeState::kSilent : NodeState::kUp, pages::HeardText(language, peer.silence, is_silent)};
}

ShownState StateOf(Language language, const SharedTierStatus& status) {
  if (status.breaker != SharedTierStatus::Breaker::kClosed) {
    return {NodeState::kDown, std::string(Text(language, "state.left_out"))};
  }
  std::string missing;
  const auto away = std::ranges::count(status.replicas, false, &SharedTierStatus::Replica::online);
  AddCount(language, "state.replicas_away", away, status.replicas.size(), missing);
  // Sentinels have nobody to choose.
  if (!status.sentinels.empty() && status.replicas.empty()) missing = Text(language, "state.no_replica");
  const auto silent = std::ranges::count(status.sentinels, false, &SharedTierStatus::Sentinel::answers);
  AddCount(language, "state.sentinels_silent", silent, status.sentinels.size(), missing);
  return WholeOr(std::move(missing));
}

}  // namespace demo::http
