#pragma once

#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "config/setting.h"

namespace demo {

/// One option of a command: "--users NUMBER".
struct Option {
  std::string name;      ///< "--users"
  std::string type;      ///< Of its value, in one word; empty: it takes none.
  std::string meaning;   ///< What it is for.
  std::string wants;     ///< As it completes "wants …".
  std::string usual;     ///< What holds where it is not given; empty: nothing does.
  std::string variable;  ///< Of the environment, with the same meaning; empty: none.
  bool required = false;
  bool secret = false;
  std::function<bool(std::string_view value)> apply;  ///< False when the value is none of what it wants.
};

/// The settings about `topics` as options, whose values go to `flags`, by variable.
std::vector<Option> SettingOptions(std::span<const Topic> topics,
                                   std::map<std::string, std::string, std::less<>>& flags);

/// Applies `words`, "--name value" or "--name=value", in their order. True where one of them is --help, which ends it.
/// Errors: Invalid, one line; it names the option and never shows what may be a secret.
Result<bool> ReadOptions(std::span<const Option> options, std::span<const std::string_view> words);

/// The options, a line or two each, for a person.
std::string Describe(std::span<const Option> options);

}  // namespace demo
