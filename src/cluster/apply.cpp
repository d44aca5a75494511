#include "cluster/apply.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <thread>
#include <utility>

#include "base/clock.h"
#include "cluster/live_cluster.h"

namespace demo::cluster {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kPoll{200};
// More steps than any topology needs: a plan that never ends is a fault of this program.
constexpr int kMostSteps = 10'000;

/// What no repetition mends.
bool IsFinal(const CommandError& error) {
  constexpr std::array kFinal = {
      2,   // BadValue
      9,   // FailedToParse
      13,  // Unauthorized
      20,  // IllegalOperation
      40,  // ConflictingUpdateOperators
      59,  // CommandNotFound
      67,  // CannotCreateIndex
      72,  // InvalidOptions
      85,  // IndexOptionsConflict
      86,  // IndexKeySpecsConflict
      93,  // InvalidReplicaSetConfig
  };
  return error.kind == CommandError::Kind::kServer && std::ranges::find(kFinal, error.code) != kFinal.end();
}

class Applying {
 public:
  Applying(const Topology& topology, const ApplyOptions& options, ApplyListener& listener)
      : topology_(topology), options_(options), listener_(listener), cluster_(topology) {}

  Result<int> Run() {
    while (!options_.stop()) {
      const Step step = NextStep(topology_, cluster_.Look());
      if (std::holds_alternative<Finished>(step)) return steps_;
      if (const auto* stuck = std::get_if<Stuck>(&step)) return Fail(ErrorCode::kInvalid, stuck->reason);
      if (const auto* wait = std::get_if<Wait>(&step)) {
        listener_.OnWait(wait->reason);
        if (!Pause(wait->reason)) break;
      } else if (auto done = Act(std::get<Do>(step)); !done) {
        return Fail(done.error());
      }
    }
    return Fail(ErrorCode::kUnavailable, options_.stop() ? "stopped; the same command goes on from here" : gave_up_);
  }

 private:
  Result<void> Act(const Do& step) {
    listener_.OnStep(step.text);
    const SteadyTime begin = SteadyClock::now();
    const auto reply = cluster_.Run(step);
    if (reply) {
      ++steps_;
      last_progress_ = SteadyClock::now();
      refused_.clear();
      listener_.OnDone(step.text, std::chrono::duration_cast<milliseconds>(last_progress_ - begin));
      return {};
    }
    const std::string reason = fmt::format("{}: {}", step.text, reply.error().message);
    // Somebody may have changed the cluster since it was looked at (the service writes into a collection before it is
    // sharded); who refuses the same step twice in a row means it.
    if (IsFinal(reply.error()) && std::exchange(refused_, step.text) == step.text) {
      return Fail(ErrorCode::kInvalid, reason);
    }
    // It may be done all the same, by somebody else or with the answer lost: the next look tells.
    listener_.OnRetry(step.text, reply.error().message);
    return Pause(reason) ? Result<void>() : Fail(ErrorCode::kUnavailable, gave_up_);
  }

  /// Lets some time pass before the next look. False when it came no further for too long.
  bool Pause(const std::string& reason) {
    if (SteadyClock::now() - last_progress_ >= options_.deadline) {
      gave_up_ = fmt::format("gave up after {} s without progress: {}", options_.deadline.count(), reason);
      return false;
    }
    std::this_thread::sleep_for(kPoll);
    return true;
  }

  const Topology& topology_;
  const ApplyOptions& options_;
  ApplyListener& listener_;
  LiveCluster cluster_;
  int steps_ = 0;
  SteadyTime last_progress_ = SteadyClock::now();
  std::string gave_up_;
  std::string refused_;  ///< The step that was refused for good at the last try; empty after one that was done.
};

}  // namespace

Result<int> Apply(const Topology& topology, const ApplyOptions& options, ApplyListener& listener) {
  return Applying(topology, options, listener).Run();
}

Result<int> RehearseApply(const Topology& topology, ApplyListener& listener) {
  Observed observed = LiveCluster(topology).Look();
  int steps = 0;
  for (int i = 0; i < kMostSteps; ++i) {
    const Step step = NextStep(topology, observed);
    if (std::holds_alternative<Finished>(step)) return steps;
    if (const auto* stuck = std::get_if<Stuck>(&step)) return Fail(ErrorCode::kInvalid, stuck->reason);
    if (const auto* wait = std::get_if<Wait>(&step)) {
      listener.OnWait(wait->reason);
      wait->effect(observed);
      continue;
    }
    const Do& action = std::get<Do>(step);
    listener.OnStep(action.text);
    action.effect(observed);
    ++steps;
  }
  return Fail(ErrorCode::kInternal, "the plan does not end");
}

}  // namespace demo::cluster
