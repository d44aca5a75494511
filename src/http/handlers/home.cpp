#include "http/pages/home.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>

#include "base/build_info.h"
#include "cache/response_cache.h"
#include "config/config.h"
#include "http/handlers/handlers.h"
#include "http/pages/answer.h"
#include "http/pages/catalogue.h"
#include "http/pages/locale.h"
#include "service/health.h"
#include "service/live_stats.h"
#include "store/store.h"

namespace demo::http {
namespace {

using pages::Language;

/// What the map and the first line are made of, read once for the page.
struct Measured {
  Result<Topology> topology;
  Readiness readiness;
  CacheStats cache;
  bool cache_on = true;
};

Measured Measure(Services& services) {
  return {services.store.DescribeTopology(), services.health.Current(), services.cache.Stats(SteadyClock::now()),
          services.config.cache_mib > 0};
}

std::vector<pages::Action> Actions() {
  return {
      {"read-hosts", "GET", "/hosts", "get", "/hosts"},
      {"read-users", "GET", "/api/users", "get", "/api/users"},
      {"random-order", "POST", "/api/random-order", "post", "/actions/random-order"},
      {"clear-cache", "POST", "/cache/clear", "post", "/actions/clear-cache"},
  };
}

/// A command that only makes sense where the reader has the process before them.
std::string LocalCommand(const Services& services, std::string_view signal) {
  if (services.config.environment != "local") return {};
  return fmt::format("kill -{} {}", signal, getpid());
}

std::string CacheText(Language language, const CacheStats& cache) {
  const auto asked = cache.hits + cache.misses + cache.stale + cache.coalesced;
  const double rate = asked == 0 ? 0 : static_cast<double>(cache.hits) / static_cast<double>(asked);
  return pages::Text(language, "map.part.cache",
                     {{"entries", pages::CountText(language, "map.part.cache.entries", cache.entries)},
                      {"hits", asked == 0 ? "\u2013" : pages::FormatPercent(language, std::round(rate * 100) / 100)}});
}

pages::MapNode InstanceNode(Language language, const Services& services, const Measured& measured) {
  const bool draining = measured.readiness.status == Readiness::Status::kDraining;
  pages::MapNode node;
  node.id = "instance:" + services.config.instance;
  node.kind = "instance";
  node.column = 1;
  node.name = services.config.instance;
  node.state = draining ? pages::NodeState::kDraining : pages::NodeState::kUp;
  node.since = draining ? 0 : StartedAt();
  if (measured.cache_on) node.parts = {{"cache", CacheText(language, measured.cache)}};
  node.command = LocalCommand(services, "TERM");
  return node;
}

pages::MapNode StoreNode(Language language, const Services& services, const Measured& measured) {
  pages::MapNode node;
  node.id = "store";
  node.kind = "embedded";
  node.column = 2;
  node.name = services.config.data_dir;
  node.command = LocalCommand(services, "KILL");
  for (const HealthCheck& check : measured.readiness.checks) {
    node.state = check.ok ? pages::NodeState::kUp : pages::NodeState::kDown;
    node.since = check.since;
    if (!check.ok && !check.detail.empty()) node.details.push_back(check.detail);
  }
  if (!measured.topology) return node;
  const std::string& location = measured.topology->location;
  node.name = location.substr(location.rfind('/') + 1);
  node.details.push_back(location);
  node.details.push_back(measured.topology->version + " · " + pages::FormatBytes(language, measured.topology->bytes));
  return node;
}

pages::MapView MapOf(Language language, const Services& services, const Measured& measured) {
  pages::MapNode reader;
  reader.id = "client";
  reader.kind = "client";
  reader.name = pages::Text(language, "map.client.name");
  reader.state = pages::NodeState::kUnwatched;
  pages::MapView map;
  map.nodes = {reader, InstanceNode(language, services, measured), StoreNode(language, services, measured)};
  map.edges = {{map.nodes[0].id, map.nodes[1].id}, {map.nodes[1].id, map.nodes[2].id}};
  return map;
}

std::vector<pages::Fact> FactsOf(Language language, const Services& services, const Measured& measured) {
  const std::string store = measured.topology ? "embedded · " + measured.topology->version
                                              : pages::UnknownSince(language, pages::StoreSilentSince(services));
  const std::string cache = measured.cache_on
                                ? pages::Text(language, "fact.cache.memory",
                                              {{"entries", pages::FormatInteger(language, measured.cache.entries)}})
                                : std::string(pages::Text(language, "fact.cache.off"));
  const auto up = std::chrono::seconds(static_cast<std::int64_t>(UptimeSeconds()));
  return {{"fact.store", store},
          {"fact.cache", cache},
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
  std::ranges::sort(events, std::ranges::greater(), &pages::Event::time);
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

}  // namespace

Result<Response> ShowHome(const Request& request, Services& services) {
  if (auto change = pages::AnswerSwitch(request)) return *change;
  const pages::Frame frame = pages::FrameOf(request, services);
  const Language language = frame.preferences.language;
  const Measured measured = Measure(services);
  pages::HomeView view;
  view.facts = FactsOf(language, services, measured);
  view.map = MapOf(language, services, measured);
  view.actions = Actions();
  view.done = pages::DoneOf(request);
  view.live = LiveOf(services);
  view.hosts = pages::ReadingOf(services.store.ListHosts(), services);
  if (const auto left = services.cache.RemainingTtl({"/hosts"}, SteadyClock::now()); left > 0) view.hosts_cached = left;
  view.events = EventsOf(language, services, measured);
  return pages::Html(pages::RenderHome(view, frame));
}

}  // namespace demo::http
