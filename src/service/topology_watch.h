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
#include "service/services.h"
#include "store/store.h"

namespace demo {

/// Something that became different between two looks at what the store is made of, or at who runs on it.
struct TopologyEvent {
  enum class Kind : std::uint8_t {
    kPrimary,      ///< `who` is the primary of `where` now.
    kNoPrimary,    ///< `where` has none.
    kMemberDown,   ///< `who` of `where` does not answer the others.
    kMemberUp,     ///< `who` of `where` does so again.
    kShardAdded,   ///< `where` is a shard now.
    kChunks,       ///< `where` holds `count` chunks now.
    kRouterCame,   ///< `who` lives, as RouterLives has it.
    kRouterGone,   ///< `who` does so no more.
    kUnreachable,  ///< The store does not say what it is made of.
    kReachable,    ///< It does again.
    kInstanceCame,
    kInstanceDrains,  ///< `who` of the instances ends soon.
    kInstanceSilent,  ///< `who` is so, as IsSilent has it.
    kInstanceHeard,   ///< `who` is so no more.
    kInstanceGone,
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
/// The same of instances.
std::vector<TopologyEvent> EventsBetween(const std::vector<Host>& before, const std::vector<Host>& after,
                                         UnixMillis time);

/// All chunks of a shard, where each of its collections tells. Pure.
std::optional<std::int64_t> ChunksOf(const Topology::Shard& shard);

/// Whether it answers this instance or, where that has no way to it, told the config servers so within half a minute;
/// nothing where nobody can tell. Pure.
std::optional<bool> RouterLives(const Topology::Router& router);

/// Whether it has missed two renewals. Pure.
bool IsSilent(const Host& host);

/// Looks twice a second, on a thread of its own, so that pages show at once what was seen last and remember what
/// happened while nobody looked.
template <typename What>
class StoreWatch {
 public:
  struct Seen {
    std::optional<What> what;  ///< The last that was read, if any. Hosts have grown more silent since.
    UnixMillis read_at = 0;    ///< When; 0: never.
    bool current = false;      ///< The last look succeeded and is not older than kMaxAge.
  };
  static constexpr std::chrono::milliseconds kInterval{500};
  static constexpr std::chrono::milliseconds kMaxAge{3000};
  static constexpr std::size_t kMaxEvents = 50;

  /// `look` is called at once and then each `interval`, never by two threads, and must end within the store's deadline.
  explicit StoreWatch(std::function<Result<What>()> look, std::chrono::milliseconds interval = kInterval);
  StoreWatch(const StoreWatch&) = delete;
  StoreWatch& operator=(const StoreWatch&) = delete;
  /// Waits for the look that is under way.
  ~StoreWatch() = default;

  /// All thread-safe; these two wait for no look.
  Seen Current() const;
  std::vector<TopologyEvent> Events() const;  ///< Newest first, kMaxEvents at most.
  /// Looks now, on the calling thread: what is true before this call is seen after it, if the look succeeds.
  void Refresh();
  /// From now on its thread begins none. Does not wait for the look that is under way.
  void EndLooks() { thread_.request_stop(); }

 private:
  void Run(const std::stop_token& stop);
  void Note(Result<What> look);
  void Keep(TopologyEvent event);

  const std::function<Result<What>()> look_;
  const std::chrono::milliseconds interval_;
  std::mutex looking_;  ///< Taken before mutex_.
  mutable std::mutex mutex_;
  std::condition_variable_any wake_;
  // Under mutex_.
  std::optional<What> what_;
  UnixMillis read_at_ = 0;
  SteadyTime read_time_{};
  bool reachable_ = true;
  std::deque<TopologyEvent> events_;
  std::jthread thread_;  ///< Last: it uses all of the above.
};

}  // namespace demo
