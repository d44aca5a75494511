#pragma once

#include <cstdint>
#include <utility>

namespace demo {

/// How long this thread has been in the store, for the receipt of the request that it works on. A worker takes it
/// before and after a handler: the first time to start from zero.
namespace store_time {

inline thread_local std::int64_t nanoseconds = 0;

inline void Add(std::int64_t ns) { nanoseconds += ns; }
inline std::int64_t Take() { return std::exchange(nanoseconds, 0); }

}  // namespace store_time
}  // namespace demo
