#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <cctype>
#include <initializer_list>
#include <set>

#include "base/number.h"
#include "cluster/strict_json.h"
#include "cluster/topology.h"
#include "mongo/collections.h"

namespace demo::cluster {
namespace {

namespace json = boost::json;

// All members vote, and a replica set has seven votes at most (MongoDB's manual, "Replica Set Members").
constexpr std::size_t kMostMembers = 7;
constexpr std::size_t kMostShards = 100;
constexpr std::size_t kMostRouters = 100;
constexpr int kMostChunks = 8192;
constexpr std::string_view kNotShown = "a value that is not shown";

bool IsName(std::string_view text, std::string_view beside_letters) {
  const auto is_allowed = [&](unsigned char c) { return std::isalnum(c) || beside_letters.find(char(c)) != text.npos; };
  return !text.empty() && text.size() <= 63 && std::ranges::all_of(text, is_allowed);
}

/// "host:port" or "[::1]:port".
bool IsAddress(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || text.size() > 260) return false;
  if (!ReadNumber<int>(text.substr(colon + 1), 1, 65535)) return false;
  std::string_view host = text.substr(0, colon);
  const bool in_brackets = host.starts_with('[') && host.ends_with(']') && host.size() > 2;
  if (in_brackets) host = host.substr(1, host.size() - 2);
  const auto is_allowed = [in_brackets](unsigned char c) {
    return in_brackets ? std::isxdigit(c) || c == ':' : std::isalnum(c) || c == '-' || c == '_' || c == '.';
  };
  return !host.empty() && std::ranges::all_of(host, is_allowed);
}

/// A value as it may stand in a message: one short line.
std::string Shown(const json::value& value) {
  constexpr std::size_t kLongest = 80;
  std::string text = json::serialize(value);
  std::ranges::replace_if(text, [](unsigned char c) { return c < 0x20 || c > 0x7E; }, '?');
  return text.size() > kLongest ? text.substr(0, kLongest) + "..." : text;
}

/// Reads a topology down from its root. The first thing that is wrong stays, and what is read after it does not matter.
class Parser {
 public:
  Result<Topology> Parse(const json::value& root) {
    const json::object* file =
        Object(root, "",
               {"config", "shards", "routers", "replicaSet", "keyFile", "users", "database", "collections", "chunks"});
    Topology topology;
    if (file) ReadRoot(*file, topology);
    if (!wrong_.empty()) return Fail(ErrorCode::kInvalid, wrong_);
    return topology;
  }

 private:
  void ReadRoot(const json::object& file, Topology& topology) {
    const json::value* plain = file.if_contains("replicaSet");
    if (plain) {
      for (const char* name : {"config", "shards", "routers"}) {
        if (file.contains(name)) Refuse(name, file.at(name), "to be absent beside replicaSet");
      }
      topology.shards.push_back(ReadSet(*plain, "replicaSet"));
    } else {
      topology.config = ReadSet(Needed(file, "", "config"), "config");
      ReadShards(Needed(file, "", "shards"), topology);
      topology.routers = ReadAddresses(Needed(file, "", "routers"), "routers", kMostRouters);
    }
    if (const auto* value = file.if_contains("keyFile")) topology.key_file = ReadPath(*value, "keyFile");
    if (const auto* value = file.if_contains("users")) ReadUsers(*value, topology);
    // A router knows nobody but users, and with a key it lets nobody else in.
    if (!topology.key_file.empty()) Needed(file, "", "users");
    if (const auto* value = file.if_contains("database")) ReadDatabase(*value, topology);
    topology.collections = ServiceCollections();
    if (const auto* value = file.if_contains("collections")) ReadCollections(*value, topology);
    if (const auto* value = file.if_contains("chunks")) ReadChunks(*value, topology);
  }

  void ReadShards(const json::value& value, Topology& topology) {
    const json::array* list = value.if_array();
    if (!list || list->empty() || list->size() > kMostShards) {
      return Refuse("shards", value, fmt::format("a list of 1 to {} replica sets", kMostShards));
    }
    for (std::size_t i = 0; i < list->size(); ++i) {
      topology.shards.push_back(ReadSet((*list)[i], fmt::format("shards[{}]", i)));
    }
  }

  ReplicaSet ReadSet(const json::value& value, const std::string& path) {
    const json::object* object = Object(value, path, {"name", "members"});
    if (!object) return {};
    ReplicaSet set;
    const json::value& name = Needed(*object, path, "name");
    set.name = Text(name);
    // A shard is called as its set; "config" is how a cluster calls its config servers.
    if (!IsName(set.name, "-_") || set.name == "config" || !names_.insert(set.name).second) {
      Refuse(path + ".name", name, "a name of 1 to 63 letters, digits, '-' or '_' that no other set has");
    }
    set.members = ReadAddresses(Needed(*object, path, "members"), path + ".members", kMostMembers);
    return set;
  }

  std::vector<std::string> ReadAddresses(const json::value& value, const std::string& path, std::size_t most) {
    const json::array* list = value.if_array();
    if (!list || list->empty() || list->size() > most) {
      Refuse(path, value, fmt::format("a list of 1 to {} addresses", most));
      return {};
    }
    std::vector<std::string> addresses;
    for (std::size_t i = 0; i < list->size(); ++i) {
      const std::string address = Text((*list)[i]);
      if (!IsAddress(address) || !addresses_.insert(address).second) {
        Refuse(fmt::format("{}[{}]", path, i), (*list)[i], "\"host:port\" that stands nowhere else");
      }
      addresses.push_back(address);
    }
    return addresses;
  }

  void ReadUsers(const json::value& value, Topology& topology) {
    const json::object* users = Object(value, "users", {"admin", "app"});
    if (!users) return;
    if (const auto* admin = users->if_contains("admin")) topology.admin = ReadUser(*admin, "users.admin");
    if (const auto* app = users->if_contains("app")) topology.app = ReadUser(*app, "users.app");
    if (!topology.admin) Refuse("users", value, "an admin: a cluster that has users is run by one");
    if (topology.app && topology.admin && topology.app->name == topology.admin->name) {
      Refuse("users.app.name", users->at("app").at("name"), "another name than the admin's");
    }
  }

  User ReadUser(const json::value& value, const std::string& path) {
    const json::object* object = Object(value, path, {"name", "passwordFile"});
    if (!object) return {};
    User user;
    const json::value& name = Needed(*object, path, "name");
    user.name = Text(name);
    if (!IsName(user.name, "-_.@")) Refuse(path + ".name", name, "1 to 63 letters, digits, '-', '_', '.' or '@'");
    user.password_file = ReadPath(Needed(*object, path, "passwordFile"), path + ".passwordFile");
    return user;
  }

  std::string ReadPath(const json::value& value, const std::string& path) {
    const std::string text = Text(value);
    if (text.empty() || text.find('\0') != std::string::npos) Refuse(path, value, "the path of a file");
    return text;
  }

  void ReadDatabase(const json::value& value, Topology& topology) {
    topology.database = Text(value);
    const bool is_name = IsName(topology.database, "-_") && topology.database.size() <= 38;
    if (!is_name || mongo::IsMongosOwn(topology.database)) {
      Refuse("database", value, "1 to 38 letters, digits, '-' or '_', none of MongoDB's own");
    }
  }

  /// Shard keys by collection; a collection that the service does not know is sharded as well.
  void ReadCollections(const json::value& value, Topology& topology) {
    const json::object* keys = value.if_object();
    if (!keys || keys->size() > 1000) return Refuse("collections", value, "an object of shard keys");
    for (const auto& [name, key] : *keys) {
      const std::string path = fmt::format("collections.{}", Shown(json::value(name)));
      if (!IsName({name.data(), name.size()}, "-_.") || name.starts_with("system.")) {
        Refuse(path, key, "a name of 1 to 63 letters, digits, '-', '_' or '.'");
        continue;
      }
      const auto found = std::ranges::find(topology.collections, std::string(name), &Collection::name);
      Collection& collection = found != topology.collections.end()
                                   ? *found
                                   : topology.collections.emplace_back(Collection{std::string(name), {}, {}});
      collection.shard_key = ReadShardKey(key, path);
    }
  }

  json::object ReadShardKey(const json::value& value, const std::string& path) {
    const json::object* key = value.if_object();
    const auto is_part = [](const auto& field) { return field.value() == "hashed" || field.value() == 1; };
    if (!key || key->empty() || key->size() > 32 || !std::ranges::all_of(*key, is_part)) {
      Refuse(path, value, R"(a shard key, as {"_id": "hashed"} or {"country": 1, "_id": 1})");
      return {};
    }
    return *key;
  }

  void ReadChunks(const json::value& value, Topology& topology) {
    const std::int64_t* number = value.if_int64();
    if (!number || *number < 1 || *number > kMostChunks) {
      return Refuse("chunks", value, fmt::format("a number from 1 to {}", kMostChunks));
    }
    topology.chunks = static_cast<int>(*number);
  }

  /// The object that `value` is, if all its members are known.
  const json::object* Object(const json::value& value, const std::string& path,
                             std::initializer_list<std::string_view> known) {
    const json::object* object = value.if_object();
    if (!object) {
      Refuse(path.empty() ? "the file" : path, value, "an object");
      return nullptr;
    }
    for (const auto& [name, member] : *object) {
      if (std::ranges::find(known, std::string_view(name.data(), name.size())) != known.end()) continue;
      // Its value may be the password itself, in place of its file.
      Say((path.empty() ? "" : path + ".") + Shown(json::value(name)), kNotShown,
          fmt::format("to be one of {}", fmt::join(known, ", ")));
    }
    return object;
  }

  const json::value& Needed(const json::object& object, const std::string& path, const char* name) {
    static const json::value kNothing;
    const json::value* value = object.if_contains(name);
    if (!value && wrong_.empty()) wrong_ = fmt::format("{}{}{} is missing", path, path.empty() ? "" : ".", name);
    return value ? *value : kNothing;
  }

  static std::string Text(const json::value& value) {
    const json::string* text = value.if_string();
    return text ? std::string(*text) : std::string();
  }

  void Refuse(const std::string& path, const json::value& got, std::string_view wants) {
    const bool may_be_secret = path.starts_with("keyFile") || (path.starts_with("users") && !path.ends_with(".name"));
    Say(path, may_be_secret ? kNotShown : Shown(got), wants);
  }

  void Say(const std::string& path, std::string_view got, std::string_view wants) {
    if (wrong_.empty()) wrong_ = fmt::format("{}: got {}, wants {}", path, got, wants);
  }

  std::string wrong_;
  std::set<std::string> names_;      ///< Of replica sets.
  std::set<std::string> addresses_;  ///< Of members and routers.
};

}  // namespace

Result<Topology> ParseTopology(std::string_view text) {
  const auto root = ParseStrictJson(text);
  if (!root) return Fail(ErrorCode::kInvalid, "the file " + root.error().message);
  return Parser().Parse(*root);
}

}  // namespace demo::cluster
