#pragma once

#include <string_view>

#include "base/result.h"

namespace demo {

struct Config;

// What config.cpp's list of settings calls: false when the value is none of what the setting wants.
bool SetMongoUri(Config& config, std::string_view value);
bool SetMongoPasswordFile(Config& config, std::string_view path);

/// Puts the file's password into the URI, behind its user's name: a URI may stand where everybody reads it, a password
/// may not. Errors: Invalid, one line; there is no URI, or it names no user or has a password already.
Result<void> AddMongoPassword(Config& config);

}  // namespace demo
