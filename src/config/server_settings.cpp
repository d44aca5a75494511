#include "config/server_settings.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "base/secret_file.h"
#include "config/config.h"
#include "config/values.h"

namespace demo {
namespace {

constexpr std::size_t kLongestToken = 256;

bool IsAddress(const std::string& text) {
  in6_addr address{};
  return inet_pton(AF_INET, text.c_str(), &address) == 1 || inet_pton(AF_INET6, text.c_str(), &address) == 1;
}

/// Usual ways to write an address that are none.
std::string AddressIn(std::string_view text) {
  if (LowerCase(text) == "localhost") return "127.0.0.1";
  if (text == "*") return "0.0.0.0";
  if (text.starts_with('[') && text.ends_with(']')) return std::string(text.substr(1, text.size() - 2));
  return std::string(text);
}

template <typename Value, std::size_t size>
std::optional<Value> Named(const std::array<std::pair<std::string_view, Value>, size>& names, std::string_view value) {
  const auto found = std::ranges::find(names, LowerCase(value), &std::pair<std::string_view, Value>::first);
  return found == names.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace

bool SetBind(Config& config, std::string_view value) {
  config.bind = AddressIn(value);
  return IsAddress(config.bind);
}

bool SetDataDir(Config& config, std::string_view value) {
  config.data_dir = value;
  // An address of a database would become a folder of that name.
  return !value.empty() && !value.contains("://");
}

bool SetToken(Config& config, std::string_view value) {
  const bool visible = std::ranges::all_of(value, [](unsigned char c) { return c > 0x20 && c < 0x7F; });
  if (value.size() < 8 || value.size() > kLongestToken || !visible) return false;
  config.admin_token = value;
  return true;
}

bool SetTokenFile(Config& config, std::string_view path) {
  const auto text = ReadSecretFile(std::string(path), kLongestToken);
  return text && SetToken(config, *text);
}

bool SetLogFormat(Config& config, std::string_view value) {
  using enum log::Format;
  static constexpr std::array<std::pair<std::string_view, log::Format>, 4> kFormats = {
      {{"text", kText}, {"plain", kText}, {"console", kText}, {"json", kJson}}};
  return SetTo(config.log_format, Named(kFormats, value));
}

bool SetLogLevel(Config& config, std::string_view value) {
  using enum log::Level;
  static constexpr std::array<std::pair<std::string_view, log::Level>, 12> kLevels = {{{"debug", kDebug},
                                                                                       {"trace", kDebug},
                                                                                       {"info", kInfo},
                                                                                       {"information", kInfo},
                                                                                       {"warning", kWarning},
                                                                                       {"warn", kWarning},
                                                                                       {"error", kError},
                                                                                       {"err", kError},
                                                                                       {"fatal", kError},
                                                                                       {"critical", kError},
                                                                                       {"off", kOff},
                                                                                       {"none", kOff}}};
  return SetTo(config.log_level, Named(kLevels, value));
}

}  // namespace demo
