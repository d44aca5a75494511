#include "http/event_loop.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <thread>
#include <utility>

#include "base/faults.h"

namespace demo::http {
namespace {

constexpr int kEventsPerRound = 128;

UniqueFd Require(int descriptor, const char* what) {
  if (descriptor < 0) throw std::system_error(errno, std::generic_category(), what);
  return UniqueFd(descriptor);
}

}  // namespace

EventLoop::EventLoop()
    : epoll_(Require(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1")),
      wakeup_fd_(Require(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC), "eventfd")) {
  if (!Watch(wakeup_fd_.get(), EPOLLIN | EPOLLET, wakeup_)) {
    throw std::system_error(errno, std::generic_category(), "epoll_ctl");
  }
}

void EventLoop::Run() {
  std::array<epoll_event, kEventsPerRound> events;
  while (!quitting_) {
    const int count = ::epoll_wait(epoll_.get(), events.data(), kEventsPerRound, TimeoutMillis());
    now_ = SteadyClock::now();
    for (int i = 0; i < count; ++i) {
      const epoll_event& event = events[static_cast<std::size_t>(i)];
      Survive("loop", [&] { static_cast<EventHandler*>(event.data.ptr)->OnEvents(event.events); });
    }
    timers_.Advance(now_);
    DeliverAll(std::exchange(deferred_, nullptr));
    if (std::exchange(pausing_, false)) std::this_thread::sleep_for(kPause);
  }
}

bool EventLoop::Watch(int descriptor, std::uint32_t events, EventHandler& handler) {
  epoll_event event{};
  event.events = events;
  event.data.ptr = &handler;
  return ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, descriptor, &event) == 0;
}

int EventLoop::TimeoutMillis() const {
  if (deferred_ != nullptr) return 0;
  const std::optional<SteadyTime> due = timers_.NextDue();
  if (!due) return -1;
  // One more, so as not to wake within the millisecond before.
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(*due - SteadyClock::now()).count() + 1;
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, 60'000));
}

void EventLoop::Defer(Mail& mail) { mail.next_mail_ = std::exchange(deferred_, &mail); }

void EventLoop::Deliver(Mail& mail) {
  Mail* first = mailbox_.load(std::memory_order_relaxed);
  do {
    mail.next_mail_ = first;
  } while (!mailbox_.compare_exchange_weak(first, &mail, std::memory_order_release, std::memory_order_relaxed));
  // Whoever found it empty wakes the loop; until the loop has emptied it, nobody else needs to.
  if (first == nullptr) Wake();
}

void EventLoop::Post(std::function<void()> task) {
  const std::scoped_lock lock(posted_mutex_);
  posted_.push_back(std::move(task));
  if (posted_.size() == 1) Wake();
}

// The counter is never read: in edge-triggered mode each write is an edge of its own.
void EventLoop::Wake() { ::eventfd_write(wakeup_fd_.get(), 1); }

// What was posted is taken out first and run last: so mail that was delivered before a post arrives before it, too.
void EventLoop::ReadMail() {
  std::vector<std::function<void()>> tasks;
  {
    const std::scoped_lock lock(posted_mutex_);
    tasks.swap(posted_);
  }
  DeliverAll(mailbox_.exchange(nullptr, std::memory_order_acquire));
  for (const auto& task : tasks) Survive("loop", task);
}

void EventLoop::DeliverAll(Mail* first) {
  while (first != nullptr) {
    Mail& mail = *first;
    first = mail.next_mail_;  // Before the delivery, which may end the mail's life or send it again.
    Survive("loop", [&] { mail.OnDelivered(); });
  }
}

}  // namespace demo::http
