#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "domain/model.h"
#include "http/pages/map.h"
#include "http/pages/page.h"

namespace demo::http::pages {

/// A short fact in the page's first line: what is talked to, as it was found.
struct Fact {
  std::string name;  ///< Key of a text, "fact.store".
  std::string value;
};

struct Event {
  UnixMillis time = 0;
  std::string text;
};

/// One second of the service; what the script reads from "event: live" has the same meaning.
struct LivePoint {
  double requests_per_second = 0;
  double p99_ms = 0;
  double errors_per_second = 0;
  double hit_rate = -1;  ///< 0 to 1; -1 where nothing was looked up.
  double in_flight = 0;
};

struct HomeView {
  std::vector<Fact> facts;
  MapView map;
  std::vector<Action> actions;
  Done done;
  std::vector<LivePoint> live;  ///< Oldest first.
  Reading<std::vector<Host>> hosts;
  UnixMillis now = 0;  ///< How long the hosts are up is told from it.
  /// How long the cached copy of /hosts still lives, in seconds, where there is one; below 0, how long it is past that
  /// and stands in for a store that does not answer.
  std::optional<int> hosts_cached;
  std::vector<Event> events;  ///< Newest first.
};

/// The page "/". Pure.
std::string RenderHome(const HomeView& view, const Frame& frame);

/// What of that page changes while it is open, drawn anew: "facts", "map", "about", "hosts" and "events". Pure.
std::map<std::string, std::string> RenderHomeParts(const HomeView& view, Language language,
                                                   const std::string& instance);

}  // namespace demo::http::pages
