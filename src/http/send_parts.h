#pragma once

#include <sys/types.h>

#include <string_view>

namespace demo::http {

inline constexpr ssize_t kFull = -1;
inline constexpr ssize_t kBroken = -2;

/// Writes both parts with one system call, as far as the non-blocking `socket` takes them. Returns how many bytes it
/// took; kFull where it can take none now, kBroken where it never will.
ssize_t SendParts(int socket, std::string_view first, std::string_view second);

}  // namespace demo::http
