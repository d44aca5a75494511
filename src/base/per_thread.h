#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace demo {

/// One T for each thread that asks: the thread is its only writer, others may read it through what T makes atomic.
/// Made at a thread's first call, kept as long as this, so that what an ended thread counted stays counted.
template <typename T>
class PerThread {
 public:
  explicit PerThread(std::function<std::unique_ptr<T>()> make) : make_(std::move(make)) {}

  /// The calling thread's own. Takes a lock and allocates at its first call only.
  T& Local() {
    thread_local Found found;
    if (found.owner != id_) [[unlikely]]
      found = {id_, FindOrMake()};
    return *found.slot;
  }

  /// Those of all threads so far. They stay where they are.
  std::vector<T*> All() const {
    const std::lock_guard lock(mutex_);
    std::vector<T*> all;
    all.reserve(slots_.size());
    for (const auto& [thread, slot] : slots_) all.push_back(slot.get());
    return all;
  }

 private:
  struct Found {
    std::uint64_t owner = 0;
    T* slot = nullptr;
  };

  static std::uint64_t NextId() {
    static std::atomic<std::uint64_t> last{0};
    return last.fetch_add(1) + 1;
  }

  T* FindOrMake() {
    const std::lock_guard lock(mutex_);
    for (const auto& [thread, slot] : slots_) {
      if (thread == std::this_thread::get_id()) return slot.get();
    }
    return slots_.emplace_back(std::this_thread::get_id(), make_()).second.get();
  }

  const std::function<std::unique_ptr<T>()> make_;
  const std::uint64_t id_ = NextId();  ///< An address may be used again by another object; this is not.
  mutable std::mutex mutex_;
  std::vector<std::pair<std::thread::id, std::unique_ptr<T>>> slots_;
};

}  // namespace demo
