#pragma once

#include <cstdint>
#include <string>

#include "base/clock.h"

namespace demo {

/// A ULID (github.com/ulid/spec): 26 characters of Crockford's base 32, 48 bits of milliseconds, then 80 random bits;
/// text order is time order.
///
/// Identifiers of one process strictly ascend, also when the wall clock is set back: it then counts on from the last.
/// Thread-safe.
std::string NewUlid();

/// The ULID of exactly these bits (`random_high` gives its low 16 bits). Pure.
std::string FormatUlid(UnixMillis time, std::uint64_t random_high, std::uint64_t random_low);

}  // namespace demo
