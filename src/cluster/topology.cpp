#include "cluster/topology.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>

#include "base/secret_file.h"
#include "base/unique_fd.h"
#include "base/utf8.h"

namespace demo::cluster {
namespace {

// A keyFile holds 6 to 1024 characters of base64, after MongoDB's manual; white space is not counted.
constexpr std::size_t kShortestKey = 6;
constexpr std::size_t kLongestKey = 1024;
constexpr std::size_t kLongestFile = std::size_t{1024} * 1024;

std::unexpected<Error> Wrong(std::string message) { return Fail(ErrorCode::kInvalid, std::move(message)); }

/// All of a file of at most `longest` bytes, nothing for any other. Neither a pipe that nobody writes nor a device
/// without end may hold up the start.
std::optional<std::string> ReadFile(const std::string& path, std::size_t longest) {
  const UniqueFd file(open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (!file) return std::nullopt;
  std::string text;
  std::array<char, 4096> buffer{};
  while (true) {
    const ssize_t length = read(file.get(), buffer.data(), buffer.size());
    if (length < 0) return std::nullopt;
    if (length == 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(length));
    if (text.size() > longest) return std::nullopt;
  }
}

/// `path` as it may stand in a message, where `name` is what the topology says.
std::string Shown(const std::string& name, const std::string& path) {
  return IsSurelyPath(name) || access(path.c_str(), F_OK) == 0 ? fmt::format("\"{}\"", path)
                                                               : "a value that is not shown";
}

Result<std::string> ReadKey(const std::filesystem::path& folder, const std::string& name) {
  const std::string path = folder / name;
  auto text = ReadFile(path, 2 * kLongestKey);
  if (text) std::erase_if(*text, [](unsigned char c) { return std::isspace(c); });
  const auto is_base64 = [](unsigned char c) { return std::isalnum(c) || c == '+' || c == '/' || c == '='; };
  if (!text || text->size() < kShortestKey || text->size() > kLongestKey || !std::ranges::all_of(*text, is_base64)) {
    return Wrong(fmt::format("keyFile: got {}, wants a readable file that holds {} to {} characters of base64",
                             Shown(name, path), kShortestKey, kLongestKey));
  }
  return *text;
}

Result<void> ReadPassword(const std::filesystem::path& folder, std::string_view who, std::optional<User>& user) {
  if (!user) return {};
  const std::string path = folder / user->password_file;
  user->password = ReadPasswordFile(path).value_or("");
  if (!user->password.empty() && IsUtf8(user->password)) return {};
  return Wrong(
      fmt::format("users.{}.passwordFile: got {}, wants a readable file that holds 1 to 4096 bytes of UTF-8 "
                  "without control characters",
                  who, Shown(user->password_file, path)));
}

}  // namespace

Result<Topology> ReadTopology(const std::string& path) {
  const auto text = path.empty() ? std::optional<std::string>(KubernetesTopology()) : ReadFile(path, kLongestFile);
  if (!text) return Wrong(fmt::format("--topology: got \"{}\", wants a readable file of at most 1 MiB", path));
  auto topology = ParseTopology(*text);
  const std::string name = path.empty() ? "the built-in topology" : path;
  if (!topology) return Wrong(fmt::format("{}: {}", name, topology.error().message));

  const auto folder = std::filesystem::path(path).parent_path();
  if (!topology->key_file.empty()) {
    auto key = ReadKey(folder, topology->key_file);
    if (!key) return Wrong(fmt::format("{}: {}", name, key.error().message));
    topology->key = *std::move(key);
  }
  for (const auto& [who, user] : {std::pair{"admin", &Topology::admin}, std::pair{"app", &Topology::app}}) {
    const auto read = ReadPassword(folder, who, *topology.*user);
    if (!read) return Wrong(fmt::format("{}: {}", name, read.error().message));
  }
  return topology;
}

std::string_view KubernetesTopology() {
  return R"json({
  "config": {
    "name": "rs-config",
    "members": [
      "mongo-config-0.mongo-config:27019",
      "mongo-config-1.mongo-config:27019",
      "mongo-config-2.mongo-config:27019"
    ]
  },
  "shards": [
    {
      "name": "rs-shard",
      "members": [
        "mongo-shard-0.mongo-shard:27018",
        "mongo-shard-1.mongo-shard:27018",
        "mongo-shard-2.mongo-shard:27018"
      ]
    }
  ],
  "routers": ["mongo-mongos:27017"],
  "keyFile": "/etc/mongo/keyfile",
  "users": {
    "admin": {"name": "admin", "passwordFile": "/etc/mongo/admin-password"},
    "app": {"name": "demo", "passwordFile": "/etc/mongo/app-password"}
  }
}
)json";
}

}  // namespace demo::cluster
