#pragma once

#include <string>
#include <vector>

#include "cluster/findings.h"
#include "cluster/observed.h"
#include "cluster/topology.h"

namespace demo {

/// What `cluster status` says, for a person and for a program. Pure.
std::string ReportText(const cluster::Topology& topology, const cluster::Observed& observed,
                       const std::vector<cluster::Finding>& findings);
std::string ReportJson(const cluster::Topology& topology, const cluster::Observed& observed,
                       const std::vector<cluster::Finding>& findings);

/// "every chunk is where it belongs", "14 chunks to move, about 1:20 left".
std::string BalanceText(const cluster::Observed& observed);

}  // namespace demo
