#pragma once

#include <semaphore.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace demo::http {

/// Threads that may block, and a bounded queue before them. Thread-safe.
///
/// Of the threads that have nothing to do, the one that worked last goes on: what a thread owns (a logged-in connection
/// to the store) stays in few hands as long as few are needed.
///
/// The threads run at a lower priority than the loops: when there is more work than processors, the loops still get
/// to say so at once.
class WorkerPool {
 public:
  using Job = std::move_only_function<void()>;

  /// `queue`: how many jobs may wait for a thread.
  WorkerPool(int threads, std::size_t queue);
  /// As Stop.
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  /// Takes a place for one job, which must then be posted; false when there is none. Never blocks.
  [[nodiscard]] bool Reserve();
  /// Jobs run in order of arrival. What one throws is logged, and ends that job alone.
  void Post(Job job);
  /// Gives back a place for which nothing will be posted.
  void Release() { taken_.fetch_sub(1, std::memory_order_relaxed); }

  /// Lets the running jobs end and destroys the waiting ones. Nothing may be posted any more.
  void Stop();

  /// Jobs that wait or run.
  std::size_t busy() const { return taken_.load(std::memory_order_relaxed); }
  std::size_t capacity() const { return capacity_; }
  /// Jobs that wait for a thread.
  std::size_t waiting() const;
  /// How often Reserve found no place.
  std::uint64_t refused() const { return refused_.load(std::memory_order_relaxed); }

 private:
  /// A thread that has nothing to do. Not a condition variable: whoever is woken by one takes its mutex as contended,
  /// and wakes nobody with another system call when it lets go. Not std::binary_semaphore, which yields before it
  /// sleeps.
  class Idle {
   public:
    Idle() { sem_init(&called_, 0, 0); }
    ~Idle() { sem_destroy(&called_); }
    Idle(const Idle&) = delete;
    Idle& operator=(const Idle&) = delete;
    void Call() { sem_post(&called_); }
    /// Until it is called, once for each time.
    void Wait() {
      while (sem_wait(&called_) != 0) {
      }
    }

   private:
    sem_t called_;
  };

  void Run();

  const std::size_t capacity_;
  std::atomic<std::size_t> taken_{0};
  std::atomic<std::uint64_t> refused_{0};
  mutable std::mutex mutex_;
  // Under mutex_.
  std::vector<Idle*> idle_;  ///< The one that worked last is the last.
  std::deque<Job> jobs_;
  bool stopping_ = false;
  std::vector<std::jthread> threads_;
};

}  // namespace demo::http
