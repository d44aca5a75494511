#pragma once

#include <fmt/format.h>

#include <memory>
#include <string>
#include <string_view>

namespace demo {

/// An event as an event stream carries it. `data` is one line. Pure.
inline std::shared_ptr<const std::string> ServerEvent(std::string_view kind, std::string_view data) {
  return std::make_shared<const std::string>(fmt::format("event: {}\ndata: {}\n\n", kind, data));
}

}  // namespace demo
