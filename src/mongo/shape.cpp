#include "mongo/shape.h"

#include <algorithm>
#include <string>

#include "mongo/collections.h"

namespace demo::mongo {
namespace {

using store_work::Reach;

Reach ByKey(const std::optional<View>& filter, std::string_view shard_key) {
  if (!filter) return Reach::kScatter;
  const std::string key(shard_key);
  if (filter->FindText(key)) return Reach::kTargeted;
  if (!filter->Has(key + ".$in")) return Reach::kScatter;
  return filter->Has(key + ".$in.1") ? Reach::kSeveral : Reach::kTargeted;
}

/// The worst of the filters `q` in `statements`, of which each may be another shard's.
Reach OfStatements(const View& command, std::string_view statements, std::string_view shard_key) {
  Reach worst = command.Has(std::string(statements) + ".1") ? Reach::kSeveral : Reach::kNone;
  command.ForEach(statements, [&](const std::string&, const View& statement) {
    worst = std::max(worst, ByKey(statement.FindDocument("q"), shard_key));
  });
  // As a payload of its own the statements are not in the document that is shown here; ours never are.
  return worst;
}

}  // namespace

Reach ReachOf(std::string_view command_name, const View& command) {
  const std::string target = command.Text(command_name);
  const auto* collection = std::ranges::find(kCollections, target, &Collection::name);
  if (collection == kCollections.end() || collection->shard_key.empty()) return Reach::kNone;
  const std::string_view key = collection->shard_key;
  if (command_name == "insert") return command.Has("documents.1") ? Reach::kSeveral : Reach::kTargeted;
  if (command_name == "find") return ByKey(command.FindDocument("filter"), key);
  if (command_name == "aggregate") return ByKey(command.FindDocument("pipeline.0.$match"), key);
  if (command_name == "count") return ByKey(command.FindDocument("query"), key);
  if (command_name == "findAndModify") return ByKey(command.FindDocument("query"), key);
  if (command_name == "update") return OfStatements(command, "updates", key);
  if (command_name == "delete") return OfStatements(command, "deletes", key);
  return Reach::kNone;
}

}  // namespace demo::mongo
