#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace demo {

/// The text of a file, without line ends at its end; nothing when it cannot be read or is longer than `longest`. Waits
/// for nothing: neither a pipe that nobody writes nor a device without end may hold up the start.
std::optional<std::string> ReadSecretFile(std::string_view path, std::size_t longest);

}  // namespace demo
