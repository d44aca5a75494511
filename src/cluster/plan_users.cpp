#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "cluster/planning.h"

namespace demo::cluster {
namespace {

namespace json = boost::json;

json::array RoleDocuments(const std::vector<std::string>& roles) {
  json::array documents;
  for (const std::string& role : roles) {
    const std::size_t at = role.find('@');
    documents.push_back({{"role", role.substr(0, at)}, {"db", role.substr(at + 1)}});
  }
  return documents;
}

/// Whoever is told "done" must not find the user gone after an election.
json::object MajorityConcern() { return {{"w", "majority"}, {"wtimeout", 30'000}}; }

UserView& FindUser(Observed& observed, const std::string& name) {
  return *std::ranges::find(*observed.users, name, &UserView::name);
}

/// True when the user is as wanted.
bool PlanUser(const User& user, const std::vector<std::string>& roles, const Server& primary, Planning& planning) {
  const auto add = [&](std::string text, json::object command, std::function<void(Observed&)> effect) {
    command["writeConcern"] = MajorityConcern();
    planning.Add({std::move(text), primary.address, "admin", std::move(command), std::move(effect)});
    return false;
  };
  const std::string& set = planning.seen.home().name;
  const auto& users = *planning.seen.users;
  const auto found = std::ranges::find(users, user.name, &UserView::name);
  if (found == users.end()) {
    return add(fmt::format("{}: create the user {} ({})", set, user.name, fmt::join(roles, ", ")),
               {{"createUser", user.name}, {"pwd", user.password}, {"roles", RoleDocuments(roles)}},
               [name = user.name, roles](Observed& observed) { observed.users->push_back({name, roles, true}); });
  }
  std::vector<std::string> missing;
  for (const std::string& role : roles) {
    if (std::ranges::find(found->roles, role) == found->roles.end()) missing.push_back(role);
  }
  if (!missing.empty()) {
    return add(fmt::format("{}: grant {} to the user {}", set, fmt::join(missing, ", "), user.name),
               {{"grantRolesToUser", user.name}, {"roles", RoleDocuments(missing)}},
               [name = user.name, roles](Observed& observed) { FindUser(observed, name).roles = roles; });
  }
  if (!found->password_fits) {
    return add(fmt::format("{}: give the user {} the password of {}", set, user.name, user.password_file),
               {{"updateUser", user.name}, {"pwd", user.password}},
               [name = user.name](Observed& observed) { FindUser(observed, name).password_fits = true; });
  }
  return true;
}

}  // namespace

std::vector<std::string> AdminRoles() { return {"root@admin"}; }

// clusterMonitor lets it read what the pages show: shards, chunks, routers.
std::vector<std::string> AppRoles(const Topology& topology) {
  return {"readWrite@" + topology.database, "clusterMonitor@admin"};
}

bool PlanUsers(Planning& planning) {
  const Topology& wanted = planning.wanted;
  if (!wanted.admin) return true;
  if (!planning.seen.users) {
    planning.AddWait(
        fmt::format("{}: cannot ask for its users: {}", planning.seen.home().name, planning.seen.users_unasked.text),
        [](Observed& observed) { observed.users.emplace(); });
    return false;
  }
  const Server& primary = *PrimaryOf(planning.seen.home());
  return PlanUser(*wanted.admin, AdminRoles(), primary, planning) &&
         (!wanted.app || PlanUser(*wanted.app, AppRoles(wanted), primary, planning));
}

}  // namespace demo::cluster
