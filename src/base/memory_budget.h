#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <utility>

namespace demo {

/// The one bound on what clients can make this process hold: connections, input, answers in the making, answers kept
/// and answers not yet sent. Memory is taken here before it is used; what finds no room is refused.
///
/// An eighth of the limit is kept for small needs, so that an ordinary request still passes between large ones. Needs
/// that can wait leave a quarter free: they hold what they get for as long as a store takes.
///
/// Thread-safe. Costs one atomic operation a call; what happens at each request takes through a LoopShare.
class MemoryBudget {
 public:
  enum class Need : std::uint8_t { kSmall, kLarge, kPatient };

  explicit MemoryBudget(std::size_t limit) : limit_(limit) {}
  MemoryBudget(const MemoryBudget&) = delete;
  MemoryBudget& operator=(const MemoryBudget&) = delete;

  /// The process' own, without a bound until SetLimit.
  static MemoryBudget& OfProcess();
  /// At start, before anything is taken.
  void SetLimit(std::size_t bytes) { limit_ = bytes; }

  /// False where `bytes` more would be beyond the limit; nothing is taken then.
  [[nodiscard]] bool Take(std::size_t bytes, Need need = Need::kLarge);
  /// For what exists already and cannot be refused any more.
  void TakeAnyway(std::size_t bytes);
  void Give(std::size_t bytes) { used_.fetch_sub(bytes, std::memory_order_relaxed); }

  std::size_t used() const { return used_.load(std::memory_order_relaxed); }
  std::size_t limit() const { return limit_; }
  /// Less than a quarter is left: time to take memory back from clients that do not read.
  bool IsTight() const { return used() > limit_ - limit_ / 4; }

  /// Calls `relieve` when the budget becomes tight, from any thread that takes, at most once each 20 ms. It must not
  /// block. Null ends that; the owner of `relieve` sees to it that nobody takes meanwhile.
  void OnTight(const std::function<void()>* relieve) { relieve_.store(relieve, std::memory_order_release); }

 private:
  std::size_t LimitOf(Need need) const;
  void AskForRelief();

  std::size_t limit_;
  std::atomic<std::size_t> used_{0};
  std::atomic<const std::function<void()>*> relieve_{nullptr};
  std::atomic<std::int64_t> next_relief_{0};  ///< Nanoseconds of the steady clock.
};

/// A part of a budget, given back when it goes. Not thread-safe; may move between threads.
class MemoryShare {
 public:
  MemoryShare() = default;
  explicit MemoryShare(MemoryBudget& budget) : budget_(&budget) {}
  MemoryShare(MemoryShare&& other) noexcept
      : budget_(std::exchange(other.budget_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}
  MemoryShare& operator=(MemoryShare&& other) noexcept {
    std::swap(budget_, other.budget_);
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  ~MemoryShare() { GiveBack(); }

  /// As MemoryBudget::Take, on top of what it holds. Without a budget there is no bound.
  [[nodiscard]] bool Take(std::size_t bytes, MemoryBudget::Need need = MemoryBudget::Need::kLarge);
  void TakeAnyway(std::size_t bytes);
  /// Of what `other` holds, which must be so much of the same budget.
  void TakeFrom(MemoryShare& other, std::size_t bytes);
  void Give(std::size_t bytes);
  void GiveBack() { Give(bytes_); }
  std::size_t bytes() const { return bytes_; }

 private:
  MemoryBudget* budget_ = nullptr;
  std::size_t bytes_ = 0;
};

/// What one thread takes and gives back at each request: in steps, so that threads do not write one counter in turns.
class LoopShare {
 public:
  explicit LoopShare(MemoryBudget& budget);

  [[nodiscard]] bool Take(std::size_t bytes, MemoryBudget::Need need);
  void TakeAnyway(std::size_t bytes);
  void Give(std::size_t bytes);

 private:
  const std::size_t step_;
  MemoryShare taken_;
  std::size_t used_ = 0;
};

}  // namespace demo
