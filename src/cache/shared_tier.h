#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/metrics.h"
#include "cache/generations.h"
#include "cache/stored_response.h"

namespace demo {

/// What is known of the shared tier, to show it.
struct SharedTierStatus {
  enum class Breaker : std::uint8_t { kClosed, kOpen, kHalfOpen };  ///< Half open: being tried in the background.

  struct Replica {
    std::string address;  ///< "10.0.0.7:6379"
    bool online = false;
    std::int64_t lag_seconds = -1;  ///< Since the primary heard from it; -1 where it does not say.
  };
  struct Sentinel {
    std::string address;
    bool answers = false;  ///< When it was last asked.
  };

  Breaker breaker = Breaker::kOpen;
  UnixMillis since = 0;  ///< Since when the breaker is so.
  std::string reason;    ///< Why it is not closed; empty when it is. Holds no secret.
  bool trusted = false;  ///< Answers may be kept for longer than a second: changes of other instances are heard.
  std::string primary;   ///< "10.0.0.5:6379"; empty where none was ever found.
  std::string version;   ///< Of the primary: "7.0.15".
  UnixMillis seen = 0;   ///< When the primary last answered, and so how old what follows is; 0: never.
  std::vector<Replica> replicas;
  std::vector<Sentinel> sentinels;
  std::int64_t failovers = 0;  ///< How often the primary, or what it holds, became another one since the start.
};

/// How often each thing happened since the start.
struct SharedTierCounts {
  std::uint64_t hits = 0;
  std::uint64_t misses = 0;
  std::uint64_t errors = 0;   ///< Calls that failed.
  std::uint64_t skipped = 0;  ///< Lookups that the open breaker spared.
  std::uint64_t stored = 0;
  std::uint64_t oversized = 0;                      ///< Answers that stay in this process because they are large.
  std::uint64_t unraised = 0;                       ///< Changes that the shared tier could not carry to the others.
  std::array<metrics::DurationTotal, 3> durations;  ///< Of finding, storing and raising.
};

/// The second tier of the response cache: answers that several processes share, and the raises of each that all hear.
///
/// It only helps. Whatever goes wrong in it is a miss; it costs a request 50 ms at most and once, and then the breaker
/// leaves the tier out until it has been tried in the background. Thread-safe; Find, Store and Raise may block, for
/// that long, and so are for workers and never for a loop.
class SharedTier {
 public:
  /// What data that is read from now on may be stored under.
  struct Stamp {
    std::string prefix;
    std::array<std::uint64_t, 5> values{};
  };
  struct Answer {
    std::shared_ptr<const StoredResponse> response;  ///< Null: a miss.
    std::chrono::milliseconds ttl{0};                ///< Left.
    std::optional<Stamp> stamp;                      ///< Nothing where nothing may be stored.
  };

  struct Wanted {
    std::string key;
    Generations::Slots slots;
  };
  /// How many may be asked for at once. An answer is 256 KiB at most, and all of them must arrive within 50 ms.
  static constexpr std::size_t kMostWanted = 16;

  virtual ~SharedTier() = default;

  /// What is kept for each key and was made of the present state of its slots, in the order of `wanted`, in one round
  /// trip.
  virtual std::vector<Answer> Find(std::span<const Wanted> wanted) = 0;
  /// Keeps `response`, whose data was read after `stamp` was given.
  virtual void Store(const std::string& key, const StoredResponse& response, const Generations::Slots& slots,
                     const Stamp& stamp, std::chrono::milliseconds ttl) = 0;
  /// From its return on no process finds what was stored under these slots before, or, where Redis cannot be told, none
  /// will a second later.
  virtual void Raise(std::span<const Generations::Slot> slots) = 0;

  virtual SharedTierStatus Status() const = 0;
  virtual SharedTierCounts Counts() const = 0;
};

}  // namespace demo
