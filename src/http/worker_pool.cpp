#include "http/worker_pool.h"

#include <pthread.h>

#include <utility>

#include "base/faults.h"
#include "base/priority.h"

namespace demo::http {

WorkerPool::WorkerPool(int threads, std::size_t queue) : capacity_(static_cast<std::size_t>(threads) + queue) {
  threads_.reserve(static_cast<std::size_t>(threads));
  try {
    for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { Run(); });
  } catch (...) {
    Stop();  // Those that could begin wait for a call.
    throw;
  }
}

WorkerPool::~WorkerPool() { Stop(); }

bool WorkerPool::Reserve() {
  std::size_t taken = taken_.load(std::memory_order_relaxed);
  do {
    if (taken >= capacity_) {
      refused_.fetch_add(1, std::memory_order_relaxed);
      return false;
    }
  } while (!taken_.compare_exchange_weak(taken, taken + 1, std::memory_order_relaxed));
  return true;
}

std::size_t WorkerPool::waiting() const {
  const std::lock_guard lock(mutex_);
  return jobs_.size();
}

void WorkerPool::Post(Job job) {
  Idle* last = nullptr;
  {
    const std::lock_guard lock(mutex_);
    jobs_.push_back(std::move(job));
    if (idle_.empty()) return;
    last = idle_.back();
    idle_.pop_back();
  }
  last->Call();
}

void WorkerPool::Run() {
  pthread_setname_np(pthread_self(), "worker");
  StepBack();
  Idle own;
  std::unique_lock lock(mutex_);
  while (true) {
    while (jobs_.empty() && !stopping_) {
      idle_.push_back(&own);
      lock.unlock();
      own.Wait();
      lock.lock();
    }
    if (stopping_) return;
    Job job = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    Survive("worker", [&job] { std::exchange(job, nullptr)(); });
    Release();
    lock.lock();
  }
}

void WorkerPool::Stop() {
  std::deque<Job> dropped;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    dropped.swap(jobs_);
    for (Idle* const each : std::exchange(idle_, {})) each->Call();
  }
  dropped.clear();
  threads_.clear();
}

}  // namespace demo::http
