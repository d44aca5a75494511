#include <algorithm>
#include <ostream>
#include <thread>
#include <utility>

#include "cli/cluster.h"
#include "cli/cluster_report.h"
#include "cluster/balance.h"
#include "cluster/live_cluster.h"

namespace demo {
namespace {

constexpr std::chrono::milliseconds kPoll{1000};

bool IsMoving(const cluster::Observed& observed) {
  return !observed.data || cluster::BalanceOf(*observed.data, observed.looked_at).chunks_to_move > 0;
}

/// Says how far the chunks are until none is left to move, or until it is stopped.
cluster::Observed Watch(cluster::LiveCluster& live, const ClusterOptions& options, std::ostream& out,
                        const std::function<bool()>& stop) {
  cluster::Observed observed = live.Look();
  std::string said;
  while (IsMoving(observed) && !stop()) {
    const std::string line = BalanceText(observed);
    if (options.terminal) {
      out << "\r\x1B[K" << line << std::flush;
    } else if (std::exchange(said, line) != line) {
      out << line << std::endl;
    }
    std::this_thread::sleep_for(kPoll);
    observed = live.Look();
  }
  if (options.terminal) out << "\r\x1B[K" << std::flush;
  return observed;
}

}  // namespace

int RunClusterStatus(const ClusterOptions& options, std::ostream& out, std::ostream& errors,
                     const std::function<bool()>& stop) {
  const auto topology = cluster::ReadTopology(options.topology);
  if (!topology) {
    errors << "demo-app: " << topology.error().message << std::endl;
    return 2;
  }
  cluster::LiveCluster live(*topology);
  const bool watches = options.watch && topology->sharded() && !options.json;
  cluster::Observed observed = watches ? Watch(live, options, out, stop) : live.Look();
  live.LookCloser(options.mongodb_uri, observed);
  const auto findings = Diagnose(*topology, observed);
  out << (options.json ? ReportJson(*topology, observed, findings) : ReportText(*topology, observed, findings));
  out.flush();
  return std::ranges::any_of(findings, [](const cluster::Finding& finding) { return finding.state->is_fault; }) ? 1 : 0;
}

}  // namespace demo
