#pragma once

#include <string>
#include <vector>

#include "cache/response_cache.h"
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
  pages::Reading<std::vector<Host>> hosts;
};

/// The boxes and the ways between them: the reader, the instances, then the embedded file, the replica set, or the
/// routers and behind them the shards and the config servers. Pure.
pages::MapView MapOf(pages::Language language, const Services& services, const Measured& measured);

/// "rs-shard: mongo-shard-1 is primary". Pure.
std::string EventText(pages::Language language, const TopologyEvent& event);

}  // namespace demo::http
