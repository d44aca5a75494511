#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "cluster/observed.h"

namespace demo::cluster {

/// How far the collections of a cluster are from lying evenly on its shards.
struct Balance {
  std::int64_t chunks_to_move = 0;           ///< At least; 0 where all is even.
  std::optional<std::chrono::seconds> left;  ///< At the pace of the last moves; nothing while none is known.
};

/// Before 6.0 a balancer evens the numbers of chunks out; since then sizes, and it leaves what differs by less than
/// three ranges of 128 MiB (SERVER-65322 and the manual's "Sharded Cluster Balancer"). `now` is by the servers' clock.
/// Pure.
Balance BalanceOf(const DataView& data, UnixMillis now);

}  // namespace demo::cluster
