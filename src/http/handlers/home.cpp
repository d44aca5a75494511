#include "http/pages/home.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/build_info.h"
#include "cache/response_cache.h"
#include "config/config.h"
#include "http/handlers/handlers.h"
#include "http/handlers/home_map.h"
#include "http/handlers/home_parts.h"
#include "http/pages/answer.h"
#include "http/pages/catalogue.h"
#include "http/pages/locale.h"
#include "service/health.h"
#include "service/live_stats.h"
#include "store/store.h"

namespace demo::http {
namespace {

using pages::Language;

Measured Measure(Services& services) {
  return {services.topology.Current(), services.health.Current(), services.cache.Stats(SteadyClock::now()),
          services.config.cache_mib > 0, services.hosts.Current()};
}

pages::Reading<std::vector<Host>> HostsOf(const Measured& measured) {
  const auto& [hosts, read_at, current] = measured.instances;
  if (!current) return std::unexpected(read_at != 0 ? read_at : StartedAt());
  return *hosts;
}

std::vector<pages::Action> Actions() {
  return {
      {"read-hosts", "GET", "/hosts", "get", "/hosts"},
      {"read-users", "GET", "/api/users", "get", "/api/users"},
      {"random-order", "POST", "/api/random-order", "post", "/actions/random-order"},
      {"clear-cache", "POST", "/cache/clear", "post", "/actions/clear-cache"},
  };
}

/// "sharding · mongos 4.0.3", or since when nobody knows.
std::string StoreText(Language language, const Measured& measured) {
  const auto& [topology, read_at, current] = measured.store;
  if (!current) return pages::UnknownSince(language, read_at != 0 ? read_at : StartedAt());
  constexpr const char* kModes[] = {"fact.store.embedded", "fact.store.replication", "fact.store.sharding"};
  const std::string_view mode = pages::Text(language, kModes[static_cast<std::size_t>(topology->mode)]);
  return fmt::format("{} · {}", mode, topology->version);
}

std::string CacheText(Language language, const ResponseCache& cache, const Measured& measured) {
  if (!measured.cache_on) return std::string(pages::Text(language, "fact.cache.off"));
  const char* key = "fact.cache.memory";
  if (const SharedTier* tier = cache.shared(); tier != nullptr) {
    const bool used = tier->Status().breaker == SharedTierStatus::Breaker::kClosed;
    key = used ? "fact.cache.shared" : "fact.cache.alone";
  }
  return pages::Text(language, key,
                     {{"entries", pages::CountText(language, "map.part.cache.entries", measured.cache.entries)}});
}

std::vector<pages::Fact> FactsOf(Language language, const Services& services, const Measured& measured) {
  const auto up = std::chrono::seconds(static_cast<std::int64_t>(UptimeSeconds()));
  return {{"fact.store", StoreText(language, measured)},
          {"fact.cache", CacheText(language, services.cache, measured)},
          {"fact.up", pages::FormatSpan(language, up)},
          {"fact.version", std::string(ThisBuild().version)}};
}

std::vector<pages::Event> EventsOf(Language language, const Services& services, const Measured& measured) {
  std::vector<pages::Event> events{
      {StartedAt(), pages::Text(language, "event.instance_started", {{"name", services.config.instance}})}};
  for (const HealthCheck& check : measured.readiness.checks) {
    events.push_back(
        {check.since, std::string(pages::Text(language, check.ok ? "event.store_answers" : "event.store_silent"))});
  }
  for (const auto& seen : {services.topology.Events(), services.hosts.Events()}) {
    for (const TopologyEvent& event : seen) events.push_back({event.time, EventText(language, event)});
  }
  std::ranges::stable_sort(events, std::ranges::greater(), &pages::Event::time);
  return events;
}

std::vector<pages::LivePoint> LiveOf(const Services& services) {
  std::vector<pages::LivePoint> points;
  for (const LiveSecond& second : services.live.History()) {
    points.push_back({second.requests_per_second, second.p99_ms > 0 ? second.p99_ms : -1, second.errors_per_second,
                      second.hit_rate, static_cast<double>(second.in_flight)});
  }
  return points;
}

/// As HomeView::hosts_cached says it.
std::optional<int> HostsCached(ResponseCache& cache, bool store_answers) {
  const SteadyTime now = SteadyClock::now();
  if (const int left = cache.RemainingTtl({"/hosts"}, now); left > 0) return left;
  const int past = store_answers ? 0 : cache.SecondsStale({"/hosts"}, now);
  return past > 0 ? std::optional(-past) : std::nullopt;
}

pages::HomeView ViewOf(Language language, const Services& services, const Measured& measured) {
  pages::HomeView view;
  view.facts = FactsOf(language, services, measured);
  view.map = MapOf(language, services.config, services.cache.shared(), measured);
  view.hosts = HostsOf(measured);
  view.now = WallClockNow();
  view.hosts_cached = HostsCached(services.cache, view.hosts.has_value());
  view.events = EventsOf(language, services, measured);
  return view;
}

}  // namespace

Result<Response> ShowHome(const Request& request, Services& services) {
  if (auto change = pages::AnswerSwitch(request)) return *change;
  const pages::Frame frame = pages::FrameOf(request, services);
  pages::HomeView view = ViewOf(frame.preferences.language, services, Measure(services));
  view.actions = Actions();
  view.done = pages::DoneOf(request);
  view.live = LiveOf(services);
  return pages::Html(pages::RenderHome(view, frame));
}

Drawn DrawHomeParts(Services& services) {
  const Measured measured = Measure(services);
  Drawn drawn;
  for (const Language language : {Language::kEnglish, Language::kFrench}) {
    const pages::HomeView view = ViewOf(language, services, measured);
    for (auto& [name, part] : pages::RenderHomeParts(view, language, services.config.instance)) {
      drawn.emplace(fmt::format("{}.{}", pages::Code(language), name), std::move(part));
    }
  }
  return drawn;
}

}  // namespace demo::http
