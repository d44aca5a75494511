#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "store/store.h"

namespace demo {

/// Something that became different between two looks at the store's topology.
struct TopologyEvent {
  enum class Kind : std::uint8_t {
    kPrimary,      ///< `who` is the primary of `where` now.
    kNoPrimary,    ///< `where` has none.
    kMemberDown,   ///< `who` of `where` does not answer the others.
    kMemberUp,     ///< `who` of `where` does so again.
    kShardAdded,   ///< `where` is a shard now.
    kChunks,       ///< `where` holds `count` chunks now.
    kRouterCame,   ///< `who` gives signs of life.
    kRouterGone,   ///< `who` has not for a while.
    kUnreachable,  ///< The store does not say what it is made of.
    kReachable,    ///< It does again.
  };
  Kind kind = Kind::kPrimary;
  UnixMillis time = 0;  ///< When it was noticed.
  std::string where = {};
  std::string who = {};
  std::int64_t count = 0;
  bool operator==(const TopologyEvent&) const = default;
};

/// What happened between two looks, `time` being that of the later one. What either did not know is no event. Pure.
std::vector<TopologyEvent> EventsBetween(const Topology& before, const Topology& after, UnixMillis time);

/// All chunks of a shard, where each of its collections tells. Pure.
std::optional<std::int64_t> ChunksOf(const Topology::Shard& shard);

/// Looks at what the store is made of every second, on a thread of its own, so that pages show it at once and remember
/// what happened while nobody looked.
class TopologyWatch {
 public:
  struct Seen {
    std::optional<Topology> topology;  ///< The last that was read, if any.
    UnixMillis read_at = 0;            ///< When; 0: never.
    bool current = false;              ///< The last look succeeded and is not older than kMaxAge.
  };
  static constexpr std::chrono::milliseconds kInterval{1000};
  static constexpr std::chrono::milliseconds kMaxAge{3000};
  static constexpr std::size_t kMaxEvents = 50;

  /// `look` is called at once and then each `interval`, never by two threads, and must end within the store's deadline.
  explicit TopologyWatch(std::function<Result<Topology>()> look, std::chrono::milliseconds interval = kInterval);
  TopologyWatch(const TopologyWatch&) = delete;
  TopologyWatch& operator=(const TopologyWatch&) = delete;
  /// Waits for the look that is under way.
  ~TopologyWatch() = default;

  /// Both thread-safe; neither waits for a look.
  Seen Current() const;
  std::vector<TopologyEvent> Events() const;  ///< Newest first, kMaxEvents at most.

 private:
  void Run(const std::stop_token& stop);
  void Note(Result<Topology> look);
  void Keep(TopologyEvent event);

  const std::function<Result<Topology>()> look_;
  const std::chrono::milliseconds interval_;
  mutable std::mutex mutex_;
  std::condition_variable_any wake_;
  // Under mutex_.
  std::optional<Topology> topology_;
  UnixMillis read_at_ = 0;
  SteadyTime read_time_{};
  bool reachable_ = true;
  std::deque<TopologyEvent> events_;
  std::jthread thread_;  ///< Last: it uses all of the above.
};

}  // namespace demo
