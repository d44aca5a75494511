#include "config/mongodb_settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <string>

#include "base/secret_file.h"
#include "base/utf8.h"
#include "config/config.h"

namespace demo {
namespace {

std::string PercentEncoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool unreserved = std::isalnum(byte) != 0 || c == '-' || c == '.' || c == '_' || c == '~';
    out += unreserved ? std::string(1, c) : fmt::format("%{:02X}", byte);
  }
  return out;
}

}  // namespace

bool SetMongoUri(Config& config, std::string_view value) {
  config.mongodb_uri = value;
  return value.starts_with("mongodb://") || value.starts_with("mongodb+srv://");
}

bool SetMongoPasswordFile(Config& config, std::string_view path) {
  const auto password = ReadPasswordFile(std::string(path));
  if (password) config.mongodb_password = *password;
  return password && IsUtf8(*password);
}

Result<void> AddMongoPassword(Config& config) {
  if (config.mongodb_password.empty()) return {};
  std::string& uri = config.mongodb_uri;
  const std::size_t user = uri.empty() ? 0 : uri.find("://") + 3;
  const std::size_t hosts = std::min(uri.find('@', user), uri.find_first_of(":/?", user));
  if (uri.empty() || hosts == user || hosts == std::string::npos || uri[hosts] != '@') {
    return Fail(ErrorCode::kInvalid, fmt::format("MONGODB_URI: got {} beside MONGODB_PASSWORD_FILE, wants "
                                                 "mongodb://USER@HOST,... without a password",
                                                 uri.empty() ? "nothing" : "a value that is not shown"));
  }
  uri.insert(hosts, ":" + PercentEncoded(config.mongodb_password));
  return {};
}

}  // namespace demo
