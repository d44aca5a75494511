#pragma once

#include <functional>
#include <iosfwd>
#include <string>

namespace demo {

struct ClusterOptions {
  std::string topology;  ///< A file; empty: the built-in one, by the names that Kubernetes gives.
  bool json = false;
  bool terminal = false;    ///< `out` is one.
  bool dry_run = false;     ///< Of apply: only say what would be done.
  int deadline = 180;       ///< Of apply: seconds that it may come no further.
  std::string mongodb_uri;  ///< Of status: the service's, which it holds against the cluster; may be empty.
  bool watch = false;       ///< Of status: again and again, until all chunks are where they belong.
};

/// The commands `cluster apply` and `cluster status`. Each returns the exit status: 0 done, or all is well; 1 failed,
/// or something is wrong with the cluster; 2 for a wrong topology. What went wrong is a line on `errors`; where `json`
/// is set, `out` holds JSON only, one value a line. They end soon after `stop` gives true.
int RunClusterApply(const ClusterOptions& options, std::ostream& out, std::ostream& errors,
                    const std::function<bool()>& stop);
int RunClusterStatus(const ClusterOptions& options, std::ostream& out, std::ostream& errors,
                     const std::function<bool()>& stop);

}  // namespace demo
