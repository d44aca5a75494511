#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "base/result.h"
#include "cluster/topology.h"

namespace demo::cluster {

/// Hears how an apply comes along. The texts hold no secret.
class ApplyListener {
 public:
  virtual ~ApplyListener() = default;
  /// Before the step is run: whoever kills the process now may find it done or not.
  virtual void OnStep(const std::string& text) = 0;
  virtual void OnDone(const std::string& text, std::chrono::milliseconds took) = 0;
  /// The step failed and will be looked at again.
  virtual void OnRetry(const std::string& text, const std::string& reason) = 0;
  /// At every look that found nothing to do yet.
  virtual void OnWait(const std::string& reason) = 0;
};

struct ApplyOptions {
  std::chrono::seconds deadline{180};  ///< How long it may come no further, whatever it waits for.
  std::function<bool()> stop = [] { return false; };
};

/// Brings the cluster from whatever it finds to `topology`: looks, does the next missing step, and looks again. Adds
/// only. Safe to run again, to kill at any moment, and to run twice at once. Returns how many steps were done; 0: there
/// was nothing to do, and nothing was written.
/// Errors: Invalid (a person has to change the topology or a server first), Unavailable (no step further within the
/// deadline, with the reason; or stopped).
Result<int> Apply(const Topology& topology, const ApplyOptions& options, ApplyListener& listener);

/// What Apply would do from here, told as Apply would, each step and wait once: changes nothing. Returns how many
/// steps. Errors: as Apply's.
Result<int> RehearseApply(const Topology& topology, ApplyListener& listener);

}  // namespace demo::cluster
