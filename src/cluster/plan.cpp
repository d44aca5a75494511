#include "cluster/plan.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cluster/planning.h"

namespace demo::cluster {

Step Planning::Next() const {
  if (!stuck_.empty()) return stuck_.front();
  if (!steps_.empty()) return steps_.front();
  if (waits_.empty()) return Finished{};
  std::vector<std::string> reasons;
  for (const Wait& wait : waits_) reasons.push_back(wait.reason);
  return Wait{fmt::format("{}", fmt::join(reasons, "; ")), [waits = waits_](Observed& observed) {
                for (const Wait& wait : waits) wait.effect(observed);
              }};
}

Step NextStep(const Topology& topology, const Observed& observed) {
  Planning planning(topology, observed);
  bool home_ready = false;
  if (topology.config) {
    home_ready =
        PlanSet(*topology.config, *observed.config, [](Observed& o) -> SetView& { return *o.config; }, planning);
  }
  std::vector<bool> shard_ready;
  for (std::size_t i = 0; i < topology.shards.size(); ++i) {
    const auto pick = [i](Observed& o) -> SetView& { return o.shards[i]; };
    shard_ready.push_back(PlanSet(topology.shards[i], observed.shards[i], pick, planning));
  }
  if (!topology.config) home_ready = shard_ready.front();

  if (!home_ready || !PlanUsers(planning)) return planning.Next();
  if (topology.sharded() && (!PlanRouters(planning) || !PlanShards(shard_ready, planning))) return planning.Next();
  if (PlanCollections(planning)) PlanDefaults(planning);
  return planning.Next();
}

}  // namespace demo::cluster
