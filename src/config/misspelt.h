#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/setting.h"

namespace demo {

/// A variable that is not read, and the setting that it seems to stand for.
struct Misspelt {
  std::string variable;
  std::string_view meant;
  bool operator==(const Misspelt&) const = default;
};

/// The variables of `environment` ("NAME=value" each, null at its end) whose names are near those of the settings about
/// `topics`, or are what other programs call these. What Kubernetes itself sets for its services is none of them. Pure.
std::vector<Misspelt> FindMisspelt(const char* const* environment, std::span<const Topic> topics);

/// Whether one name is the other with a letter more, less, changed or two swapped, or with other capitals or marks
/// between its words. Pure.
bool IsNear(std::string_view name, std::string_view other);

}  // namespace demo
