#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>

#include "base/clock.h"

namespace demo::http {

struct TimerLink {
  TimerLink* previous = nullptr;
  TimerLink* next = nullptr;  ///< Null while it is in no list.
};

/// Something that is told when its time has come. Belongs to at most one wheel, which must outlive it or have it
/// cancelled.
class Timer : private TimerLink {
 public:
  Timer() = default;
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

 protected:
  virtual ~Timer() = default;
  virtual void OnDue() = 0;

 private:
  friend class TimerWheel;
  SteadyTime due_{};
  std::uint64_t tick_ = 0;
};

/// All deadlines of one loop, kept coarsely: a timer fires at its time or up to one tick later.
///
/// To move a deadline further away costs one store, as the timer is looked at again when its old place comes round: so
/// every request may set a new deadline. Memory is fixed. Not thread-safe.
class TimerWheel {
 public:
  static constexpr std::chrono::milliseconds kTick{20};

  explicit TimerWheel(SteadyTime start);

  void Schedule(Timer& timer, SteadyTime due);
  void Cancel(Timer& timer);
  /// Fires what is due. A timer may schedule and cancel any timer while it fires.
  void Advance(SteadyTime now);
  /// When Advance is wanted next; nothing while no timer is set. May be too early, never too late.
  std::optional<SteadyTime> NextDue() const;

 private:
  static constexpr std::uint64_t kSlots = 4096;  // One turn is 82 s: longer than any deadline of the server.

  std::uint64_t TickOf(SteadyTime time) const;
  void Link(Timer& timer, std::uint64_t tick);
  void Unlink(Timer& timer);
  void Turn(TimerLink& slot, SteadyTime now);

  SteadyTime start_;
  std::uint64_t current_ = 0;  ///< Every tick before it has been worked off.
  std::array<TimerLink, kSlots> slots_;
  std::array<std::uint64_t, kSlots / 64> occupied_{};  ///< A bit for each slot that holds a timer.
  std::uint64_t groups_ = 0;                           ///< A bit for each word of `occupied_` that is not zero.
  static_assert(kSlots == 64 * 64);
};

}  // namespace demo::http
