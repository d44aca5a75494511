#pragma once

#include <atomic>
#include <bit>
#include <cstddef>
#include <memory>

namespace demo {

/// A bounded queue from one thread to one other, which never wait for each other: no lock, no allocation after
/// construction, no system call. `T` is trivially copyable; the memory of a place is first touched when it is first
/// used.
template <typename T>
class SpscRing {
 public:
  /// `capacity` is a power of two.
  explicit SpscRing(std::size_t capacity)
      : mask_(std::bit_ceil(capacity) - 1), items_(std::make_unique_for_overwrite<T[]>(mask_ + 1)) {}

  /// The producer's: lets `fill` write the next place, or returns false where the ring is full.
  template <typename Fill>
  bool Push(Fill fill) {
    const std::size_t tail = tail_.load(std::memory_order_relaxed);
    if (tail - head_seen_ > mask_) {
      head_seen_ = head_.load(std::memory_order_acquire);
      if (tail - head_seen_ > mask_) return false;
    }
    fill(items_[tail & mask_]);
    tail_.store(tail + 1, std::memory_order_release);
    return true;
  }

  /// The consumer's: gives `use` each item that is there now, in order; returns how many.
  template <typename Use>
  std::size_t Drain(Use use) {
    const std::size_t head = head_.load(std::memory_order_relaxed);
    const std::size_t tail = tail_.load(std::memory_order_acquire);
    for (std::size_t at = head; at != tail; ++at) {
      use(items_[at & mask_]);
      head_.store(at + 1, std::memory_order_release);
    }
    return tail - head;
  }

 private:
  const std::size_t mask_;
  const std::unique_ptr<T[]> items_;
  // Each side's own on a cache line of its own.
  alignas(64) std::atomic<std::size_t> tail_{0};
  std::size_t head_seen_ = 0;
  alignas(64) std::atomic<std::size_t> head_{0};
};

}  // namespace demo
