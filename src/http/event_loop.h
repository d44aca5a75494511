#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <vector>

#include "base/clock.h"
#include "base/unique_fd.h"
#include "http/timer_wheel.h"

namespace demo::http {

/// Is told what happened to its descriptor, by epoll's bits, edge-triggered.
class EventHandler {
 public:
  virtual void OnEvents(std::uint32_t events) = 0;

 protected:
  ~EventHandler() = default;
};

/// What is left for a loop, by another thread or by itself. It lies in at most one place, once, until it is delivered.
class Mail {
 public:
  virtual void OnDelivered() = 0;

 protected:
  ~Mail() = default;

 private:
  friend class EventLoop;
  Mail* next_mail_ = nullptr;
};

/// One thread's loop: edge-triggered epoll, a mailbox, and a wheel of timers that epoll's own timeout drives.
///
/// A round costs one system call however much happened in it; registering costs one for the life of a descriptor.
class EventLoop {
 public:
  /// Throws std::system_error where the system gives no descriptors: at start only.
  EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  /// Runs until Quit was called on the loop's own thread.
  void Run();
  void Quit() { quitting_ = true; }

  /// Reports `events` of `descriptor` until it is closed. False where the system refuses.
  bool Watch(int descriptor, std::uint32_t events, EventHandler& handler);
  /// Delivers `mail` at the end of this round, or of the next when this one is ending. On the loop's thread only.
  void Defer(Mail& mail);
  /// Leaves the processor to other threads for kPause once this round is over: for a loop that refuses what they have
  /// no room for. What comes meanwhile is then dealt with together. On the loop's thread only.
  void PauseAfterRound() { pausing_ = true; }

  /// A tenth of the 5 ms that a refusal may take. To wake for each one costs workers more than saying it: with this,
  /// twice the load leaves 1.0 of the peak answered instead of 0.87.
  static constexpr std::chrono::microseconds kPause{500};

  /// The time at which this round's events came.
  SteadyTime now() const { return now_; }
  TimerWheel& timers() { return timers_; }

  /// Gives `mail` to the loop's thread. Thread-safe, never blocks, allocates nothing.
  void Deliver(Mail& mail);
  /// Runs `task` on the loop's thread, in the order of the calls. Thread-safe. For what is rare.
  void Post(std::function<void()> task);

 private:
  struct Wakeup final : EventHandler {
    explicit Wakeup(EventLoop& owner) : loop(owner) {}
    void OnEvents(std::uint32_t /*events*/) override { loop.ReadMail(); }
    EventLoop& loop;
  };

  int TimeoutMillis() const;
  void ReadMail();
  static void DeliverAll(Mail* first);
  void Wake();

  UniqueFd epoll_;
  UniqueFd wakeup_fd_;
  Wakeup wakeup_{*this};
  SteadyTime now_ = SteadyClock::now();
  TimerWheel timers_{now_};
  Mail* deferred_ = nullptr;
  bool quitting_ = false;
  bool pausing_ = false;

  // Written by other threads: on cache lines of their own.
  alignas(64) std::atomic<Mail*> mailbox_{nullptr};
  std::mutex posted_mutex_;
  std::vector<std::function<void()>> posted_;
};

}  // namespace demo::http
