#include "http/request_metrics.h"

#include <algorithm>
#include <string>
#include <utility>

#include "http/request.h"
#include "http/response.h"

namespace demo::http {
namespace {

constexpr std::size_t kMethods = 8;  // Those of enum Method.
constexpr auto kOtherMethod = static_cast<std::size_t>(Method::kOther);
static_assert(kOtherMethod + 1 == kMethods);

// What this program sends; the last stands for anything else.
constexpr std::array<std::uint16_t, 33> kStatuses = {200, 201, 204, 302, 303, 304, 307, 308, 400, 401, 403,
                                                     404, 405, 406, 408, 409, 411, 412, 413, 414, 415, 417,
                                                     422, 429, 431, 499, 500, 501, 503, 504, 505, 507, 0};
constexpr std::size_t kOtherStatus = kStatuses.size() - 1;

constexpr auto kStatusIndex = [] {
  std::array<std::uint8_t, 600> index{};
  index.fill(kOtherStatus);
  for (std::size_t i = 0; i < kOtherStatus; ++i) index[kStatuses[i]] = static_cast<std::uint8_t>(i);
  return index;
}();

std::size_t StatusIndex(int status) {
  const auto index = static_cast<std::size_t>(status);
  return index < kStatusIndex.size() ? kStatusIndex[index] : kOtherStatus;
}

std::size_t MethodIndex(const Request& request) { return static_cast<std::size_t>(request.method); }

std::string MethodName(std::size_t index) {
  return index == kOtherMethod ? "_OTHER" : std::string(ToString(static_cast<Method>(index)));
}

std::string StatusName(std::size_t index) {
  return index == kOtherStatus ? "_OTHER" : std::to_string(kStatuses[index]);
}

using prometheus::MetricType;
using Durations = metrics::DurationHistogram<metrics::LocalCounter>;

}  // namespace

struct alignas(64) RequestMetrics::LoopCounters {
  explicit LoopCounters(std::size_t routes) : series((routes + 1) * kMethods * kStatuses.size()) {}
  ~LoopCounters() {
    for (auto& place : series) delete place.load();
  }

  Durations& Series(std::size_t index) {
    Durations* found = series[index].load(std::memory_order_relaxed);
    if (found != nullptr) [[likely]]
      return *found;
    auto made = std::make_unique<Durations>();
    series[index].store(made.get(), std::memory_order_release);
    return *made.release();
  }

  std::int64_t Active(std::size_t method) const {
    // Ended first: what starts and ends in between would else count below zero.
    const auto before = static_cast<std::int64_t>(ended[method].Value());
    return static_cast<std::int64_t>(started[method].Value()) - before;
  }

  std::array<metrics::LocalCounter, kMethods> started;
  std::array<metrics::LocalCounter, kMethods> ended;
  metrics::LocalCounter finished;
  metrics::LocalCounter server_errors;
  metrics::LocalCounter bytes_sent;
  std::array<metrics::LocalCounter, 5> by_cache;
  Durations queue_wait;
  metrics::FineHistogram durations;
  /// By route, method and status; null until it is first needed. This loop's thread alone fills a place.
  std::vector<std::atomic<Durations*>> series;
};

bool IsServerError(int status) { return status >= 500 && status != 501 && status != 505; }

RequestMetrics::RequestMetrics(std::vector<std::string_view> routes)
    : routes_(std::move(routes)), loops_([count = routes_.size()] { return std::make_unique<LoopCounters>(count); }) {}

RequestMetrics::~RequestMetrics() = default;

void RequestMetrics::OnStarted(const Request& request) { loops_.Local().started[MethodIndex(request)].Add(1); }

void RequestMetrics::OnFinished(const Exchange& exchange, std::uint16_t route) {
  LoopCounters& loop = loops_.Local();
  const std::size_t method = MethodIndex(exchange.request);
  const std::size_t known_route = std::min<std::size_t>(route, routes_.size());
  loop.Series((known_route * kMethods + method) * kStatuses.size() + StatusIndex(exchange.status))
      .Record(exchange.duration);
  if (!exchange.refused) loop.ended[method].Add(1);
  loop.finished.Add(1);
  loop.bytes_sent.Add(exchange.bytes_sent);
  if (IsServerError(exchange.status)) loop.server_errors.Add(1);
  const Reply* reply = exchange.reply;
  if (reply == nullptr || !reply->event_stream) loop.durations.Record(exchange.duration);
  if (reply == nullptr) return;
  loop.by_cache[static_cast<std::size_t>(reply->cache)].Add(1);
  if (reply->times.queue > 0) loop.queue_wait.Record(reply->times.queue);
}

RequestTotals RequestMetrics::Totals() const {
  RequestTotals totals;
  for (const LoopCounters* loop : loops_.All()) {
    totals.finished += loop->finished.Value();
    totals.server_errors += loop->server_errors.Value();
    totals.bytes_sent += loop->bytes_sent.Value();
    for (std::size_t i = 0; i < totals.by_cache.size(); ++i) totals.by_cache[i] += loop->by_cache[i].Value();
    loop->durations.AddTo(totals.durations);
    for (std::size_t method = 0; method < kOtherMethod; ++method) totals.active += loop->Active(method);
  }
  return totals;
}

void RequestMetrics::CollectDurations(metrics::Families& families) const {
  auto& family = metrics::AddFamily(families, "http_server_request_duration_seconds",
                                    "Duration of HTTP server requests.", MetricType::Histogram);
  const auto loops = loops_.All();
  const std::size_t places = (routes_.size() + 1) * kMethods * kStatuses.size();
  for (std::size_t place = 0; place < places; ++place) {
    metrics::DurationTotal total;
    for (const LoopCounters* loop : loops) {
      if (const Durations* series = loop->series[place].load(std::memory_order_acquire)) series->AddTo(total);
    }
    if (total.Count() == 0) continue;
    const std::size_t route = place / kStatuses.size() / kMethods;
    metrics::AddDurations(family, total,
                          {{"http_request_method", MethodName(place / kStatuses.size() % kMethods)},
                           {"http_route", route < routes_.size() ? std::string(routes_[route]) : "unmatched"},
                           {"http_response_status_code", StatusName(place % kStatuses.size())}});
  }
}

void RequestMetrics::CollectActive(metrics::Families& families) const {
  auto& family = metrics::AddFamily(families, "http_server_active_requests", "Number of active HTTP server requests.",
                                    MetricType::Gauge);
  const auto loops = loops_.All();
  for (std::size_t method = 0; method < kOtherMethod; ++method) {
    std::int64_t active = 0;
    for (const LoopCounters* loop : loops) active += loop->Active(method);
    metrics::AddValue(family, static_cast<double>(active), {{"http_request_method", MethodName(method)}});
  }
}

void RequestMetrics::CollectQueueWait(metrics::Families& families) const {
  metrics::DurationTotal waits;
  for (const LoopCounters* loop : loops_.All()) loop->queue_wait.AddTo(waits);
  metrics::AddDurations(metrics::AddFamily(families, "demo_workers_queue_wait_seconds",
                                           "How long requests waited for a worker.", MetricType::Histogram),
                        waits);
}

void RequestMetrics::Collect(metrics::Families& families) const {
  CollectDurations(families);
  CollectActive(families);
  CollectQueueWait(families);
  const RequestTotals totals = Totals();
  metrics::AddCounter(families, "demo_http_sent_bytes_total", "Bytes sent in answers, heads included.",
                      static_cast<double>(totals.bytes_sent));
  auto& cache = metrics::AddFamily(families, "demo_cache_requests_total",
                                   "Answers of cached routes, by where they came from.", MetricType::Counter);
  constexpr std::array<std::string_view, 5> kResults = {"", "hit", "miss", "coalesced", "stale"};
  for (std::size_t result = 1; result < kResults.size(); ++result) {
    metrics::AddValue(cache, static_cast<double>(totals.by_cache[result]), {{"result", std::string(kResults[result])}});
  }
}

}  // namespace demo::http
