#pragma once

#include <string>

#include "cache/shared_tier.h"
#include "http/pages/map.h"
#include "store/store.h"

namespace demo::http {

/// The state of a box of the map, and its words where the state's own name does not say enough.
struct ShownState {
  pages::NodeState state = pages::NodeState::kUnknown;
  std::string says = {};
};

/// With a primary a set takes writes, without some of its members is still less than it was; without a primary it does
/// not, also where members answer. Of a set whose members are unknown nothing is known. Pure.
ShownState StateOf(pages::Language language, const Topology::ReplicaSet& set);

/// Of a router that answers this instance that is known; of another one, when it was heard last. Pure.
ShownState StateOf(pages::Language language, const Topology::Router& router);

/// Of another instance, by when it was heard last. Pure.
ShownState StateOf(pages::Language language, const Host& peer);

/// Redis itself, and what stands by for it. Pure.
ShownState StateOf(pages::Language language, const SharedTierStatus& status);

}  // namespace demo::http
