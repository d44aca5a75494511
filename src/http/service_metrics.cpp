#include "http/service_metrics.h"

#include <algorithm>

#include "base/clock.h"
#include "base/log.h"
#include "cache/response_cache.h"
#include "http/access_log.h"
#include "http/dispatcher.h"
#include "http/request_metrics.h"
#include "http/server.h"
#include "store/measured_store.h"

namespace demo::http {
namespace {

template <typename Number>
double ToDouble(Number number) {
  return static_cast<double>(number);
}

void CollectServer(const MetricSources& sources, metrics::Families& families) {
  metrics::AddGauge(families, "demo_http_open_connections", "Connections that are open.",
                    sources.server->open_connections());
  metrics::AddGauge(families, "demo_http_event_streams", "Event streams that are open.",
                    sources.server->open_event_streams());
  metrics::AddGauge(families, "demo_workers_queue_depth", "Requests that wait for a worker.",
                    ToDouble(sources.dispatcher->waiting()));
  metrics::AddGauge(families, "demo_workers_busy", "Requests that wait for a worker or have one.",
                    ToDouble(sources.dispatcher->busy()));
  metrics::AddGauge(families, "demo_workers_capacity", "Requests that may wait for a worker or have one.",
                    ToDouble(sources.dispatcher->capacity()));
  metrics::AddCounter(families, "demo_workers_refused_total", "Requests that found no room to wait for a worker.",
                      ToDouble(sources.dispatcher->refused()));
}

void CollectCache(ResponseCache& cache, metrics::Families& families) {
  const CacheStats stats = cache.Stats(SteadyClock::now());
  metrics::AddGauge(families, "demo_cache_entries", "Answers in the cache.", ToDouble(stats.entries));
  metrics::AddGauge(families, "demo_cache_bytes", "Memory of the answers in the cache.", ToDouble(stats.bytes));
  metrics::AddCounter(families, "demo_cache_evictions_total", "Answers that had to make room for others.",
                      ToDouble(stats.evictions));
}

/// Shown without a shared tier as well, so that what is built on it needs no second form.
void CollectShared(const SharedTier* shared, metrics::Families& families) {
  const SharedTierStatus status = shared != nullptr ? shared->Status() : SharedTierStatus();
  const SharedTierCounts counts = shared != nullptr ? shared->Counts() : SharedTierCounts();
  const bool closed = status.breaker == SharedTierStatus::Breaker::kClosed;
  metrics::AddGauge(families, "demo_shared_cache_closed", "1 while the breaker lets the shared tier take part.",
                    closed ? 1 : 0);
  metrics::AddGauge(families, "demo_shared_cache_trusted", "1 while changes of other instances are heard.",
                    status.trusted ? 1 : 0);
  metrics::AddCounter(families, "demo_shared_cache_failovers_total",
                      "How often the shared tier became another one: failover, restart, flush.",
                      ToDouble(status.failovers));
  metrics::AddCounter(families, "demo_shared_cache_unraised_total", "Changes that the shared tier could not carry.",
                      ToDouble(counts.unraised));
  metrics::AddCounter(families, "demo_shared_cache_errors_total", "Calls of the shared tier that failed.",
                      ToDouble(counts.errors));
  auto& lookups = metrics::AddFamily(families, "demo_shared_cache_lookups_total",
                                     "Lookups in the shared tier, by how they ended.", prometheus::MetricType::Counter);
  metrics::AddValue(lookups, ToDouble(counts.hits), {{"result", "hit"}});
  metrics::AddValue(lookups, ToDouble(counts.misses), {{"result", "miss"}});
  metrics::AddValue(lookups, ToDouble(counts.skipped), {{"result", "skipped"}});
  auto& stored =
      metrics::AddFamily(families, "demo_shared_cache_stores_total",
                         "Answers for the shared tier, by what became of them.", prometheus::MetricType::Counter);
  metrics::AddValue(stored, ToDouble(counts.stored), {{"result", "stored"}});
  metrics::AddValue(stored, ToDouble(counts.oversized), {{"result", "oversized"}});
  auto& durations =
      metrics::AddFamily(families, "demo_shared_cache_call_duration_seconds",
                         "How long workers waited for the shared tier.", prometheus::MetricType::Histogram);
  constexpr std::string_view kCalls[] = {"find", "store", "raise"};
  for (std::size_t i = 0; i < counts.durations.size(); ++i) {
    metrics::AddDurations(durations, counts.durations[i], {{"call", std::string(kCalls[i])}});
  }
}

void CollectLog(const AccessLog* access_log, metrics::Families& families) {
  auto& family =
      metrics::AddFamily(families, "demo_log_lost_lines_total",
                         "Log lines that came faster than they could be written.", prometheus::MetricType::Counter);
  metrics::AddValue(family, ToDouble(log::LostLines()), {{"log", "program"}});
  metrics::AddValue(family, access_log != nullptr ? ToDouble(access_log->LostLines()) : 0, {{"log", "access"}});
}

}  // namespace

void RegisterMetrics(metrics::Registry& registry, const MetricSources& sources) {
  registry.Add([sources](metrics::Families& families) {
    sources.requests->Collect(families);
    CollectServer(sources, families);
    CollectCache(*sources.cache, families);
    CollectShared(sources.cache->shared(), families);
    sources.store->Collect(families);
    CollectLog(sources.access_log, families);
    metrics::CollectProcess(families);
  });
}

LiveCounters ReadLiveCounters(const MetricSources& sources) {
  const RequestTotals totals = sources.requests->Totals();
  LiveCounters counters;
  counters.requests = totals.finished;
  counters.errors = totals.server_errors;
  counters.cache_hits = totals.by_cache[static_cast<std::size_t>(CacheResult::kHit)];
  for (std::size_t result = 1; result < totals.by_cache.size(); ++result) {
    counters.cache_lookups += totals.by_cache[result];
  }
  counters.rejected = sources.dispatcher->refused();
  counters.store_reads = sources.store->reads();
  counters.store_writes = sources.store->writes();
  counters.durations = totals.durations;
  // A stream is in flight as long as somebody watches; what people want to know is the rest.
  counters.in_flight = std::max<std::int64_t>(totals.active - sources.server->open_event_streams(), 0);
  counters.queue_depth = static_cast<std::int64_t>(sources.dispatcher->waiting());
  counters.connections = sources.server->open_connections();

  const Generations& generations = sources.cache->generations();
  constexpr std::pair<std::string_view, Tag> kShown[] = {
      {"users", Tag::kUsers}, {"orders", Tag::kOrders}, {"hosts", Tag::kHosts}, {"all", Tag::kAll}};
  for (const auto& [name, tag] : kShown) {
    Generations::Slots slot;
    slot.Add(Generations::SlotOf(tag));
    counters.generations.emplace_back(name, generations.Read(slot).values[0]);
  }
  return counters;
}

}  // namespace demo::http
