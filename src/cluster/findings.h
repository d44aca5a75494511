#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cluster/observed.h"
#include "cluster/topology.h"

namespace demo::cluster {

/// Something that a person should know of a cluster. docs/runbook.md has an entry for each, by its name.
struct State {
  std::string_view name;
  bool is_fault;          ///< False: it may be meant so.
  std::string_view todo;  ///< What to do about it, as a sentence in the imperative.
};

std::span<const State> States();

struct Finding {
  const State* state;
  std::string what;  ///< "rs-shard: 127.0.0.1:27202 does not answer (connection refused)".
};

/// What is to be said of a cluster that was looked at with this topology; faults first. Nothing where all is well.
/// Pure.
std::vector<Finding> Diagnose(const Topology& topology, const Observed& observed);

}  // namespace demo::cluster
