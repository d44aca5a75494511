#include "http/pages/map.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "http/pages/catalogue.h"
#include "http/pages/locale.h"

namespace demo::http::pages {
namespace {

struct StateName {
  const char* css;
  const char* text;
};

StateName NameOf(NodeState state) {
  switch (state) {
    case NodeState::kUp:
      return {"up", "state.up"};
    case NodeState::kDegraded:
      return {"degraded", ""};
    case NodeState::kSilent:
      return {"silent", ""};
    case NodeState::kNoPrimary:
      return {"no-primary", ""};
    case NodeState::kDraining:
      return {"draining", "state.draining"};
    case NodeState::kDown:
      return {"down", "state.down"};
    case NodeState::kUnwatched:
      return {"unwatched", ""};
    case NodeState::kUnknown:
      break;
  }
  return {"unknown-state", "state.unknown"};
}

/// `id` as a part of an address: whatever is no letter or digit becomes "-".
std::string Anchor(std::string_view id) {
  std::string anchor(id);
  std::ranges::replace_if(anchor, [](unsigned char c) { return !std::isalnum(c); }, '-');
  return anchor;
}

std::string TextOf(Language language, const MapNode& node, std::string_view what) {
  return std::string(Text(language, "map." + node.kind + "." + std::string(what)));
}

std::string StateText(Language language, const MapNode& node) {
  if (node.state == NodeState::kUnwatched) return {};
  const std::string_view state = node.says.empty() ? Text(language, NameOf(node.state).text) : node.says;
  if (node.since == 0) return std::string(state);
  return Text(language, "state.since", {{"state", state}, {"time", FormatClock(node.since)}});
}

/// "Sends requests to demo-app-7c, demo-app-9f", or nothing.
std::string LeadsTo(Language language, const MapView& map, const std::string& from) {
  std::string names;
  for (const MapEdge& edge : map.edges) {
    if (edge.from != from) continue;
    const auto to = std::ranges::find(map.nodes, edge.to, &MapNode::id);
    if (to != map.nodes.end()) names += (names.empty() ? "" : ", ") + to->name;
  }
  return names.empty() ? "" : Text(language, "map.leads", {{"names", names}});
}

Data NodeData(Language language, const MapView& map, const MapNode& node) {
  DataList details;
  for (const std::string& detail : node.details) details.push_back(detail);
  DataList parts;
  for (const MapPart& part : node.parts) parts.push_back(MakeData({{"id", part.id}, {"text", part.text}}));
  const std::string leads = LeadsTo(language, map, node.id);
  return MakeData({{"id", node.id},
                   {"anchor", Anchor(node.id)},
                   {"kind", node.kind},
                   {"role", TextOf(language, node, "role")},
                   {"name", node.name},
                   {"state", NameOf(node.state).css},
                   {"watched", node.state != NodeState::kUnwatched},
                   {"state_text", StateText(language, node)},
                   {"details", details},
                   {"parts", parts},
                   {"leads", !leads.empty()},
                   {"leads_to", leads}});
}

/// The boxes of a column are equally high (or, folded, equally wide), so that a middle is a matter of counting.
double Middle(const std::vector<const MapNode*>& column, const std::string& id) {
  const auto at = std::ranges::find(column, id, [](const MapNode* node) { return node->id; }) - column.begin();
  return 100 * (static_cast<double>(at) + 0.5) / static_cast<double>(column.size());
}

bool Holds(const std::vector<const MapNode*>& column, const std::string& id) {
  return std::ranges::any_of(column, [&](const MapNode* node) { return node->id == id; });
}

DataList EdgesBetween(const MapView& map, const std::vector<const MapNode*>& left,
                      const std::vector<const MapNode*>& right) {
  DataList edges;
  for (const MapEdge& edge : map.edges) {
    if (!Holds(left, edge.from) || !Holds(right, edge.to)) continue;
    const double from = Middle(left, edge.from);
    const double to = Middle(right, edge.to);
    edges.push_back(MakeData({{"from", edge.from},
                              {"to", edge.to},
                              {"across", fmt::format("M0 {0:.1f}C50 {0:.1f} 50 {1:.1f} 100 {1:.1f}", from, to)},
                              {"down", "M50 0V100"}}));
  }
  return edges;
}

}  // namespace

std::string HeardText(Language language, std::chrono::milliseconds silence, bool overdue) {
  return Text(language, overdue ? "state.silent" : "state.heard",
              {{"n", FormatInteger(language, std::chrono::floor<std::chrono::seconds>(silence).count())}});
}

void AddMap(Data& data, Language language, const MapView& map) {
  std::vector<std::vector<const MapNode*>> columns;
  DataList about;
  for (const MapNode& node : map.nodes) {
    const auto at = static_cast<std::size_t>(node.column);
    if (columns.size() <= at) columns.resize(at + 1);
    columns[at].push_back(&node);
    Data text = MakeData({{"anchor", Anchor(node.id)},
                          {"role", TextOf(language, node, "role")},
                          {"name", node.name},
                          {"for", TextOf(language, node, "for")},
                          {"dies", TextOf(language, node, "dies")},
                          {"try", TextOf(language, node, "try")}});
    text.set("command", node.command.empty() ? Data(false) : Data(node.command));
    about.push_back(text);
  }
  DataList drawn;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    DataList nodes;
    for (const MapNode* node : columns[i]) nodes.push_back(NodeData(language, map, *node));
    Data column = MakeData({{"nodes", nodes}, {"gutter", i > 0}});
    column.set("edges", i > 0 ? EdgesBetween(map, columns[i - 1], columns[i]) : DataList{});
    drawn.push_back(column);
  }
  data.set("columns", drawn);
  data.set("about", about);
}

}  // namespace demo::http::pages
