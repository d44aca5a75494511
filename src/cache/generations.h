#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/clock.h"
#include "cache/tag.h"

namespace demo {

/// How often each tag has changed: what makes a cached answer old.
///
/// A fixed table. The sets (users, orders, hosts, all) have places of their own; users share the others by a hash of
/// their id that is the same in every process. Two users in one place cost each other misses, never an old answer.
///
/// Whoever reads data first takes a stamp, then reads; whoever writes commits first, then raises, then acknowledges.
/// So a stamp that is still current when an acknowledged write is over was taken after that write's commit, and the
/// data read under it holds the write.
///
/// Where other processes write to the same store, their raises are heard and repeated here. Nobody knows then whether
/// all of them were, but that they were until some moment: HeardUntil. Past it a stamp vouches for a second, in which
/// no other process' write can have made it older than that. Thread-safe; nothing here blocks or allocates.
class Generations {
 public:
  using Slot = std::uint16_t;
  static constexpr std::size_t kSlots = 4096;

  /// The places one answer depends on: at most one for each Tag.
  class Slots {
   public:
    void Add(Slot slot) { ids_[count_++] = slot; }
    std::size_t size() const { return count_; }
    Slot operator[](std::size_t index) const { return ids_[index]; }

   private:
    std::array<Slot, 5> ids_{};
    std::uint8_t count_ = 0;
  };

  /// How much older than a write of another process an answer may be that was given after its acknowledgement.
  static constexpr std::chrono::seconds kOthersBound{1};

  /// The generations of some places at one moment.
  struct Stamp {
    Slots slots;
    std::array<std::uint64_t, 5> values{};
    SteadyTime sure_until{};  ///< Until then it vouches for its data without hearing from others.
  };

  /// `tag` is not kUser.
  static Slot SlotOf(Tag tag) { return static_cast<Slot>(tag); }
  static Slot SlotOfUser(std::string_view user_id);

  Stamp Read(const Slots& slots) const {
    Stamp stamp{.slots = slots, .sure_until = SteadyClock::now() + kOthersBound};
    for (std::size_t i = 0; i < slots.size(); ++i) stamp.values[i] = table_[slots[i]].load();
    return stamp;
  }

  /// True while nothing that `stamp` covers has been raised since it was taken.
  bool IsCurrent(const Stamp& stamp) const {
    for (std::size_t i = 0; i < stamp.slots.size(); ++i) {
      if (table_[stamp.slots[i]].load() != stamp.values[i]) return false;
    }
    return true;
  }

  /// True while what was read under `stamp` may be given out as it is: IsCurrent, as far as is known at `now`.
  bool Vouches(const Stamp& stamp, SteadyTime now) const {
    // First this, then the table: who sees a later moment sees the raises that were heard before it.
    const bool heard = now < stamp.sure_until || now.time_since_epoch() < heard_until_.load();
    return heard && IsCurrent(stamp);
  }

  void Raise(Slot slot) { table_[slot].fetch_add(1); }

  /// Every raise of another process before `moment` less kOthersBound has been repeated here. Without a call: for ever.
  void HeardUntil(SteadyTime moment) { heard_until_.store(moment.time_since_epoch()); }

 private:
  // Read at each hit and written some times a second: away from the table, whose lines are written by raises.
  alignas(64) std::atomic<SteadyClock::duration> heard_until_{SteadyClock::duration::max()};
  alignas(64) std::array<std::atomic<std::uint64_t>, kSlots> table_{};
};

}  // namespace demo
