#include "http/worker_pool.h"

#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

#include <utility>

namespace demo::http {
namespace {

// The least weight there is (the kernel's table: 15 against 1024): with 32 workers busy on one processor a loop still
// gets two thirds of it when it wants it. With less, requests wait unread in the kernel where nobody can refuse them:
// at twice the load of single reads half a second to a second each, measured with 10 (110 against 1024) and with 0.
// Only threads of the same session or container weigh against each other like this (autogroups, control groups).
constexpr int kNice = 19;

}  // namespace

WorkerPool::WorkerPool(int threads, std::size_t queue) : capacity_(static_cast<std::size_t>(threads) + queue) {
  threads_.reserve(static_cast<std::size_t>(threads));
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { Run(); });
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
  setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), kNice);  // of this thread alone, on Linux
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
    job();
    job = nullptr;
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
