#pragma once

#include <pthread.h>

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>
#include <utility>
#include <vector>

#include "base/faults.h"
#include "base/priority.h"

namespace demo::http {

/// One thread that works on all that has come since it last looked: the busier it is, the more each turn takes along.
/// It steps back behind the loops. Thread-safe.
template <typename Item>
class BatchThread {
 public:
  using Work = std::function<void(std::vector<Item> batch)>;

  /// `work` gets `most` at once, in the order in which they came. What it throws is logged.
  BatchThread(const char* name, std::size_t most, Work work)
      : name_(name), most_(most), work_(std::move(work)), thread_([this](const std::stop_token& stop) {
          pthread_setname_np(pthread_self(), name_);
          StepBack();
          Run(stop);
        }) {}

  /// Never waits for the work. Whoever adds bounds how much lies here.
  void Add(Item item) {
    bool wakes = false;
    {
      const std::lock_guard lock(mutex_);
      items_.push_back(std::move(item));
      wakes = std::exchange(waits_, false);
    }
    if (wakes) added_.notify_one();
  }

  /// Lets the running work end and drops the rest. Nothing may be added any more.
  void Stop() {
    thread_.request_stop();
    if (thread_.joinable()) thread_.join();
    items_.clear();
  }

 private:
  void Run(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (true) {
      waits_ = items_.empty();
      added_.wait(lock, stop, [this] { return !items_.empty(); });
      if (stop.stop_requested()) return;
      std::vector<Item> batch;
      for (; !items_.empty() && batch.size() < most_; items_.pop_front()) batch.push_back(std::move(items_.front()));
      lock.unlock();
      Survive(name_, [&] { work_(std::move(batch)); });
      lock.lock();
    }
  }

  const char* const name_;
  const std::size_t most_;
  const Work work_;
  std::mutex mutex_;
  std::condition_variable_any added_;
  // Under mutex_.
  std::deque<Item> items_;
  bool waits_ = false;   ///< For the next item, which then has to wake it.
  std::jthread thread_;  ///< Last: it uses all of the above.
};

}  // namespace demo::http
