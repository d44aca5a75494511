#pragma once

#include <string_view>

namespace demo {

struct Config;

// What the list of settings calls: false when the value is none of what the setting wants.
bool SetBind(Config& config, std::string_view value);
bool SetDataDir(Config& config, std::string_view value);
bool SetToken(Config& config, std::string_view value);
bool SetTokenFile(Config& config, std::string_view path);
bool SetLogFormat(Config& config, std::string_view value);
bool SetLogLevel(Config& config, std::string_view value);

}  // namespace demo
