#pragma once

#include <vector>

namespace demo {

struct Config;
class HealthMonitor;
class LiveStats;
class ResponseCache;
class Store;
struct Host;
struct Topology;
template <typename What>
class StoreWatch;
using TopologyWatch = StoreWatch<Topology>;
using HostsWatch = StoreWatch<std::vector<Host>>;

namespace metrics {
class Registry;
}

/// What handlers work with. Everything here is thread-safe and outlives every request.
struct Services {
  const Config& config;
  Store& store;
  ResponseCache& cache;  ///< For its figures and POST /cache/clear; what is cached is the route table's business.
  HealthMonitor& health;
  LiveStats& live;
  TopologyWatch& topology;     ///< What the store is made of, as last read.
  HostsWatch& hosts;           ///< The instances that run on it, as last read.
  metrics::Registry& metrics;  ///< What /metrics shows.
};

}  // namespace demo
