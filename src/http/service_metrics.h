#pragma once

#include <functional>

#include "base/metrics.h"
#include "service/live_stats.h"

namespace demo {
class ResponseCache;
class StoreMetrics;
}  // namespace demo

namespace demo::http {

class AccessLog;
class Dispatcher;
class RequestMetrics;
class Server;

/// All that the program counts, gathered in one place. What is pointed to must outlive the registry and the functions.
struct MetricSources {
  const RequestMetrics* requests;
  const StoreMetrics* store;
  ResponseCache* cache;
  const Dispatcher* dispatcher;
  const Server* server;
  const AccessLog* access_log;  ///< Null where there is none.
};

/// Makes `registry` show everything; tests/golden/metrics.txt lists it.
void RegisterMetrics(metrics::Registry& registry, const MetricSources& sources);

/// What LiveStats reads each second.
LiveCounters ReadLiveCounters(const MetricSources& sources);

}  // namespace demo::http
