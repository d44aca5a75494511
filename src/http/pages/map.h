#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "base/clock.h"
#include "http/pages/preferences.h"
#include "http/pages/template.h"

namespace demo::http::pages {

/// kUnwatched is what has no health to tell of: the reader. kDegraded serves without some of its parts, kNoPrimary has
/// members that answer and none that takes writes, and kSilent was not heard when it should have been.
enum class NodeState { kUp, kDegraded, kSilent, kDraining, kNoPrimary, kDown, kUnknown, kUnwatched };

/// Something inside a box that a request may end at: the memory cache of an instance.
struct MapPart {
  std::string id;  ///< Unique on the map: "cache".
  std::string text;
};

/// A box. What is drawn must have been measured.
struct MapNode {
  std::string id;    ///< Unique on the map: "client", "instance:demo-app-7c", "store".
  std::string kind;  ///< Which texts explain it, "map.KIND.role", ".for", ".dies", ".try": client, instance, embedded.
  int column = 0;    ///< From the left; boxes of one column stand below each other, in the order given.
  std::string name;
  NodeState state = NodeState::kUp;
  UnixMillis since = 0;   ///< Since when `state` is so; 0 where that is not known.
  std::string says = {};  ///< In place of the state's own name: "1 of 2 down". Those of the comment above need it.
  std::vector<std::string> details = {};
  std::vector<MapPart> parts = {};
  std::string command = {};  ///< What one may type to try its failure, or empty.
};

/// A way that requests take. It joins neighbouring columns.
struct MapEdge {
  std::string from;
  std::string to;
};

struct MapView {
  std::vector<MapNode> nodes;
  std::vector<MapEdge> edges;
};

/// "last heard 7 s ago", or, where more was to be expected, "silent, last heard 12 s ago". Pure.
std::string HeardText(Language language, std::chrono::milliseconds silence, bool overdue);

/// Adds to `data` what the map's part of home.mustache wants: "columns" with the boxes and the edges that lead to them,
/// "about" with what explains each box. Pure.
void AddMap(Data& data, Language language, const MapView& map);

}  // namespace demo::http::pages
