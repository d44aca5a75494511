#include "http/pages/home.h"

#include <algorithm>
#include <functional>

#include "http/pages/catalogue.h"
#include "http/pages/charts.h"
#include "http/pages/locale.h"

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
                          {"points", SparklinePoints(values)}});
    data.set("unit", stat.has_unit ? Data(std::string(Text(language, key + ".unit"))) : Data(false));
    list.push_back(data);
  }
  return list;
}

void AddHosts(Data& data, Language language, const HomeView& view, const std::string& instance) {
  data.set("hosts_known", view.hosts.has_value());
  if (!view.hosts) {
    data.set("hosts_unknown", UnknownSince(language, view.hosts.error()));
    data.set("hosts_cache", "");
    return;
  }
  DataList hosts;
  for (const Host& host : *view.hosts) {
    hosts.push_back(MakeData({{"pod", host.pod}, {"info", host.info}, {"self", host.pod == instance}}));
  }
  data.set("hosts", hosts);
  data.set("hosts_cache", view.hosts_cached
                              ? Text(language, "hosts.hit", {{"n", FormatInteger(language, *view.hosts_cached)}})
                              : std::string(Text(language, "hosts.miss")));
}

}  // namespace

std::string RenderHome(const HomeView& view, const Frame& frame) {
  const Language language = frame.preferences.language;
  DataList facts;
  for (const Fact& fact : view.facts) {
    facts.push_back(MakeData({{"name", std::string(Text(language, fact.name))}, {"value", fact.value}}));
  }
  DataList events;
  for (const Event& event : view.events) {
    events.push_back(
        MakeData({{"iso", FormatIso(event.time)}, {"clock", FormatClock(event.time)}, {"text", event.text}}));
  }
  Data data = MakeData({{"facts", facts},
                        {"actions", ActionsData(language, view.actions)},
                        {"from_home", true},
                        {"done", DoneData(language, view.done)},
                        {"stats", StatsData(language, view.live)},
                        {"live_state", std::string(Text(language, "live.drawn"))},
                        {"events", events}});
  AddMap(data, language, view.map);
  AddHosts(data, language, view, frame.instance);
  return RenderPage("home", frame, Text(language, "home.title"), data);
}

}  // namespace demo::http::pages
