#include "http/timer_wheel.h"

#include <algorithm>
#include <bit>

#include "base/faults.h"

namespace demo::http {

TimerWheel::TimerWheel(SteadyTime start) : start_(start) {
  for (TimerLink& slot : slots_) slot.next = slot.previous = &slot;
}

/// The first tick whose beginning is not before `time`.
std::uint64_t TimerWheel::TickOf(SteadyTime time) const {
  if (time <= start_) return 0;
  return static_cast<std::uint64_t>((time - start_ + kTick - SteadyClock::duration(1)) / kTick);
}

void TimerWheel::Schedule(Timer& timer, SteadyTime due) {
  timer.due_ = due;
  const std::uint64_t tick = std::max(TickOf(due), current_);
  if (timer.next != nullptr) {
    if (timer.tick_ <= tick) return;
    Unlink(timer);
  }
  Link(timer, tick);
}

void TimerWheel::Cancel(Timer& timer) {
  if (timer.next != nullptr) Unlink(timer);
}

void TimerWheel::Link(Timer& timer, std::uint64_t tick) {
  // What is further away than one turn waits in the last slot of this one, and is looked at again then.
  timer.tick_ = std::min(tick, current_ + kSlots - 1);
  const std::uint64_t index = timer.tick_ % kSlots;
  TimerLink& slot = slots_[index];
  timer.next = &slot;
  timer.previous = slot.previous;
  slot.previous->next = &timer;
  slot.previous = &timer;
  occupied_[index / 64] |= std::uint64_t{1} << (index % 64);
  groups_ |= std::uint64_t{1} << (index / 64);
}

void TimerWheel::Unlink(Timer& timer) {
  timer.previous->next = timer.next;
  timer.next->previous = timer.previous;
  timer.next = timer.previous = nullptr;
  const std::uint64_t index = timer.tick_ % kSlots;
  if (slots_[index].next != &slots_[index]) return;
  occupied_[index / 64] &= ~(std::uint64_t{1} << (index % 64));
  if (occupied_[index / 64] == 0) groups_ &= ~(std::uint64_t{1} << (index / 64));
}

void TimerWheel::Advance(SteadyTime now) {
  if (now < start_) return;
  const auto target = static_cast<std::uint64_t>((now - start_) / kTick) + 1;
  // After a long sleep one turn passes every slot.
  const std::uint64_t steps = std::min(target - std::min(target, current_), kSlots);
  const std::uint64_t first = current_;
  current_ = std::max(current_, target);
  for (std::uint64_t tick = first; tick < first + steps; ++tick) Turn(slots_[tick % kSlots], now);
}

void TimerWheel::Turn(TimerLink& slot, SteadyTime now) {
  if (slot.next == &slot) return;
  // A list of its own, as what fires may link timers to this slot again: those belong to the next turn.
  TimerLink turning = slot;
  turning.next->previous = turning.previous->next = &turning;
  slot.next = slot.previous = &slot;
  while (turning.next != &turning) {
    Timer& timer = static_cast<Timer&>(*turning.next);
    Unlink(timer);
    if (timer.due_ > now) {
      Link(timer, std::max(TickOf(timer.due_), current_));
    } else {
      Survive("loop", [&] { timer.OnDue(); });
    }
  }
}

// A loop asks this each time it wakes, so it must not depend on how far away the next timer is.
std::optional<SteadyTime> TimerWheel::NextDue() const {
  const std::uint64_t index = current_ % kSlots;
  const auto at = [this](std::uint64_t distance) {
    return start_ + kTick * static_cast<std::int64_t>(current_ + distance);
  };
  const std::uint64_t near = occupied_[index / 64] >> (index % 64);
  if (near != 0) return at(static_cast<std::uint64_t>(std::countr_zero(near)));

  // The groups after this one, in the order of the turn; this one's slots before `index` come last.
  const std::uint64_t groups = std::rotr(groups_, static_cast<int>(index / 64 + 1));
  if (groups == 0) return std::nullopt;
  const auto skipped = static_cast<std::uint64_t>(std::countr_zero(groups));
  const std::uint64_t word = occupied_[(index / 64 + 1 + skipped) % occupied_.size()];
  return at(64 - index % 64 + 64 * skipped + static_cast<std::uint64_t>(std::countr_zero(word)));
}

}  // namespace demo::http
