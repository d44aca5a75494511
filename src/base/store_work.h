#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>

namespace demo {

/// What the store's server was asked by this thread, for the receipt of the request that it works on. Taken as
/// store_time is. The embedded store has no server, and all of it stays 0.
namespace store_work {

/// How far a command goes in a sharded store, by what is worse.
enum class Reach : std::uint8_t {
  kNone,      ///< Nothing was asked, or the store is not sharded.
  kTargeted,  ///< By the shard key, to one shard.
  kSeveral,   ///< By several shard keys, to each shard that owns one of them.
  kScatter,   ///< To all shards.
};

struct Work {
  int commands = 0;  ///< Retries included.
  int retries = 0;   ///< Sent again, because a server failed or stepped down.
  Reach reach = Reach::kNone;
  int readers = 1;  ///< How many requests these commands were sent for, this one included.
  bool operator==(const Work&) const = default;
};

inline thread_local Work work;

inline void Add(Reach reach, bool is_retry) {
  ++work.commands;
  work.retries += is_retry ? 1 : 0;
  work.reach = std::max(work.reach, reach);
}
inline void AddRetry() { ++work.retries; }
inline Work Take() { return std::exchange(work, {}); }

}  // namespace store_work
}  // namespace demo
