#pragma once

#include <pthread.h>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>
#include <utility>

#include "base/clock.h"
#include "base/faults.h"

namespace demo::http {

/// One thread that looks at each item some time after it was added, and again after the same time for as long as the
/// look says so. Sleeps while there is none. Thread-safe.
template <typename Item>
class AlarmThread {
 public:
  using Look = std::function<bool(const Item& item)>;

  /// A look that throws is repeated like one that says so.
  AlarmThread(const char* name, std::chrono::milliseconds after, Look look)
      : name_(name), after_(after), look_(std::move(look)), thread_([this](const std::stop_token& stop) {
          pthread_setname_np(pthread_self(), name_);
          Run(stop);
        }) {}

  /// Whoever adds bounds how much lies here.
  void Add(Item item) {
    const SteadyTime due = SteadyClock::now() + after_;
    const std::lock_guard lock(mutex_);
    items_.push_back({due, std::move(item)});
    if (items_.size() == 1) added_.notify_one();
  }

  /// Lets a running look end and drops the rest. Nothing may be added any more.
  void Stop() {
    thread_.request_stop();
    if (thread_.joinable()) thread_.join();
    items_.clear();
  }

 private:
  struct Alarm {
    SteadyTime due;
    Item item;
  };

  void Run(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (!stop.stop_requested()) {
      if (items_.empty()) {
        added_.wait(lock, stop, [this] { return !items_.empty(); });
        continue;
      }
      const SteadyTime due = items_.front().due;
      if (SteadyClock::now() < due) {
        added_.wait_until(lock, stop, due, [] { return false; });
        continue;
      }
      Alarm alarm = std::move(items_.front());
      items_.pop_front();
      lock.unlock();
      bool again = true;
      Survive(name_, [&] { again = look_(alarm.item); });
      lock.lock();
      if (again) items_.push_back({SteadyClock::now() + after_, std::move(alarm.item)});
    }
  }

  const char* const name_;
  const std::chrono::milliseconds after_;
  const Look look_;
  std::mutex mutex_;
  std::condition_variable_any added_;
  std::deque<Alarm> items_;  ///< Under mutex_. In the order in which they are due.
  std::jthread thread_;      ///< Last: it uses all of the above.
};

}  // namespace demo::http
