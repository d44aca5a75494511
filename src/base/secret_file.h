#pragma once

#include <cstddef>
#include <optional>
#include <string>

namespace demo {

/// The text of a file without the one line end at its end; nothing when it cannot be read or is longer than `longest`.
/// Waits for nothing: neither a pipe that nobody writes nor a device without end may hold up the start.
std::optional<std::string> ReadSecretFile(const std::string& path, std::size_t longest);

/// The password that a file holds: 1 to 4096 bytes without control characters, so also spaces and any language's
/// letters, which servers accept. Nothing as above, or when it holds none.
std::optional<std::string> ReadPasswordFile(const std::string& path);

/// Whether `name` can be nothing but a file's name: somebody may have given the secret itself in its place, and then a
/// message must not show it.
bool IsSurelyPath(const std::string& name);

}  // namespace demo
