#pragma once

#include <string>
#include <utility>
#include <vector>

#include "cluster/plan.h"

namespace demo::cluster {

/// Collects what the parts of the plan ask for. For plan.cpp and plan_*.cpp.
class Planning {
 public:
  Planning(const Topology& topology, const Observed& observed) : wanted(topology), seen(observed) {}

  void Add(Do step) { steps_.push_back(std::move(step)); }
  void AddWait(std::string reason, std::function<void(Observed&)> effect) {
    waits_.push_back({std::move(reason), std::move(effect)});
  }
  void AddStuck(std::string reason) { stuck_.push_back({std::move(reason)}); }

  [[nodiscard]] Step Next() const;

  const Topology& wanted;
  const Observed& seen;

 private:
  std::vector<Do> steps_;
  std::vector<Wait> waits_;
  std::vector<Stuck> stuck_;
};

/// Picks a set out of an observation; effects are run on another one than was looked at.
using PickSet = std::function<SetView&(Observed&)>;

/// Each plans one part and returns whether what builds on it may be planned: the part is as wanted, or near enough.

/// Initiated, complete, with a primary and a majority that serves.
bool PlanSet(const ReplicaSet& set, const SetView& view, const PickSet& pick, Planning& planning);
bool PlanUsers(Planning& planning);
bool PlanRouters(Planning& planning);
bool PlanShards(const std::vector<bool>& set_ready, Planning& planning);
bool PlanCollections(Planning& planning);
void PlanDefaults(Planning& planning);

}  // namespace demo::cluster
