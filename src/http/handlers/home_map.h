#pragma once

#include <string>
#include <vector>

#include "cache/response_cache.h"
#include "config/config.h"
#include "http/pages/map.h"
#include "http/pages/page.h"
#include "service/health.h"
#include "service/services.h"
#include "service/topology_watch.h"

namespace demo::http {

/// What the home page's map, first line and events are made of, read once for the page.
struct Measured {
  TopologyWatch::Seen store;
  Readiness readiness;
  CacheStats cache;
  bool cache_on = true;
  HostsWatch::Seen instances;
};

/// The boxes and the ways between them: the reader, the instances, then the embedded file, the replica set, or the
/// routers and behind them the shards and the config servers. `shared` may be null. Pure but for what `shared` says.
pages::MapView MapOf(pages::Language language, const Config& config, const SharedTier* shared,
                     const Measured& measured);

/// "rs-shard: mongo-shard-1 is primary". Pure.
std::string EventText(pages::Language language, const TopologyEvent& event);

}  // namespace demo::http
