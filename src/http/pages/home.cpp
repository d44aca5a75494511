#include "http/pages/home.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <functional>

#include "http/pages/catalogue.h"
#include "http/pages/charts.h"
#include "http/pages/locale.h"
#include "service/host_info.h"
#include "service/topology_watch.h"

namespace demo::http::pages {
namespace {

struct Stat {
  const char* id;
  std::function<double(const LivePoint&)> value;
  std::function<std::string(Language, double)> format;
  bool has_unit;
};

const std::vector<Stat>& Stats() {
  static const std::vector<Stat> stats{
      {"rps", [](const LivePoint& p) { return p.requests_per_second; },
       [](Language l, double v) { return FormatNumber(l, v, v < 10 && v > 0 ? 1 : 0); }, true},
      {"p99", [](const LivePoint& p) { return p.p99_ms; }, [](Language l, double v) { return FormatNumber(l, v, 2); },
       true},
      {"errors", [](const LivePoint& p) { return p.errors_per_second; },
       [](Language l, double v) { return FormatNumber(l, v, 0); }, true},
      {"hits", [](const LivePoint& p) { return p.hit_rate; }, FormatPercent, false},
      {"in_flight", [](const LivePoint& p) { return p.in_flight; },
       [](Language l, double v) { return FormatNumber(l, v, 0); }, false},
  };
  return stats;
}

/// The values as the script goes on with them: "12 812 - 0.5", what is unknown as "-".
std::string PastValues(const std::vector<double>& values) {
  std::string past;
  for (const double value : values) {
    if (!past.empty()) past += ' ';
    past += value < 0 ? "-" : fmt::format("{:.6g}", value);
  }
  return past;
}

DataList StatsData(Language language, const std::vector<LivePoint>& live) {
  DataList list;
  for (const Stat& stat : Stats()) {
    std::vector<double> values(live.size());
    std::ranges::transform(live, values.begin(), stat.value);
    const std::string key = std::string("stat.") + stat.id;
    const bool known = !values.empty() && values.back() >= 0;
    Data data = MakeData({{"id", stat.id},
                          {"name", std::string(Text(language, key))},
                          {"value", known ? stat.format(language, values.back()) : "\u2013"},
                          {"past", PastValues(values)},
                          {"points", SparklinePoints(values)}});
    data.set("unit", stat.has_unit ? Data(std::string(Text(language, key + ".unit"))) : Data(false));
    list.push_back(data);
  }
  return list;
}

Data HostData(Language language, const Host& host, UnixMillis now, bool self) {
  Data data = MakeData({{"pod", host.pod}, {"self", self}, {"info", host.info}, {"read", false}});
  const auto info = ReadHostInfo(host.info);
  if (!info) return data;
  const auto up = std::chrono::seconds(std::max<UnixMillis>(now - info->started, 0) / 1000);
  const std::string serves =
      Text(language, "host.info", {{"span", FormatSpan(language, up)}, {"version", info->version}});
  data.set("read", MakeData({{"state", IsSilent(host) && !self ? HeardText(language, host.silence, true) : serves},
                             {"process", Text(language, "host.process",
                                              {{"n", std::to_string(info->process)},
                                               {"time", FormatDateTime(language, info->started) + " UTC"}})}}));
  return data;
}

/// What a reader of /hosts would get now: "HIT · 287 s left".
std::string HostsCacheText(Language language, const std::optional<int>& cached) {
  if (!cached) return std::string(Text(language, "hosts.miss"));
  return Text(language, *cached < 0 ? "hosts.stale" : "hosts.hit", {{"n", FormatInteger(language, std::abs(*cached))}});
}

void AddHosts(Data& data, Language language, const HomeView& view, const std::string& instance) {
  data.set("hosts_known", view.hosts.has_value());
  data.set("hosts_cache", view.hosts || view.hosts_cached ? HostsCacheText(language, view.hosts_cached) : "");
  if (!view.hosts) {
    data.set("hosts_unknown", UnknownSince(language, view.hosts.error()));
    return;
  }
  DataList hosts;
  for (const Host& host : *view.hosts) {
    hosts.push_back(HostData(language, host, view.now, host.pod == instance));
  }
  data.set("hosts", hosts);
}

Data LiveParts(const HomeView& view, Language language, const std::string& instance) {
  DataList facts;
  for (const Fact& fact : view.facts) {
    facts.push_back(MakeData({{"name", std::string(Text(language, fact.name))}, {"value", fact.value}}));
  }
  DataList events;
  for (const Event& event : view.events) {
    events.push_back(
        MakeData({{"iso", FormatIso(event.time)}, {"clock", FormatClock(event.time)}, {"text", event.text}}));
  }
  Data data = MakeData({{"facts", facts}, {"events", events}});
  AddMap(data, language, view.map);
  AddHosts(data, language, view, instance);
  return data;
}

}  // namespace

std::string RenderHome(const HomeView& view, const Frame& frame) {
  const Language language = frame.preferences.language;
  Data data = LiveParts(view, language, frame.instance);
  data.set("actions", ActionsData(language, view.actions));
  data.set("from_home", true);
  data.set("done", DoneData(language, view.done));
  data.set("stats", StatsData(language, view.live));
  data.set("live_state", std::string(Text(language, "live.drawn")));
  return RenderPage("home", frame, Text(language, "home.title"), data);
}

std::map<std::string, std::string> RenderHomeParts(const HomeView& view, Language language,
                                                   const std::string& instance) {
  const Data data = LiveParts(view, language, instance);
  std::map<std::string, std::string> parts;
  for (const char* part : {"facts", "map", "about", "hosts", "events"}) {
    parts.emplace(part, Fill(std::string("home_") + part, language, data));
  }
  return parts;
}

}  // namespace demo::http::pages
