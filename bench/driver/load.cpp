#include "load.h"

#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <deque>
#include <iostream>

#include "client.h"

namespace bench {
namespace {

std::int64_t Now() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

class Run {
 public:
  Run(const LoadOptions& options, RequestPlan& plan) : options_(options), plan_(plan), epoll_(epoll_create1(0)) {
    slots_.reserve(static_cast<std::size_t>(options.connections));
    for (int index = 0; index < options.connections; ++index) {
      slots_.emplace_back(options.port);
      Open(slots_.size() - 1);
    }
  }
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;
  ~Run() { close(epoll_); }

  LoadResult Go() {
    begin_ = Now();
    last_of_.fill(begin_);
    end_ = begin_ + static_cast<std::int64_t>(options_.seconds * 1e9);
    const std::int64_t last_deadline = end_ + static_cast<std::int64_t>(options_.drain_seconds * 1e9);
    while (Now() < last_deadline) {
      if (options_.rate > 0) Schedule();
      Start();
      if (Finished()) break;
      Collect();
    }
    return Sum();
  }

 private:
  struct Slot {
    explicit Slot(std::uint16_t port) : client(port) {}
    Client client;
    std::int64_t due = 0;
    std::int64_t sent = 0;
    bool busy = false;
  };

  void Open(std::size_t index) {
    if (!slots_[index].client.Connect()) {
      std::cerr << "http_load: nothing answers on 127.0.0.1:" << options_.port << '\n';
      std::exit(1);
    }
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = index;
    epoll_ctl(epoll_, EPOLL_CTL_ADD, slots_[index].client.descriptor(), &event);
    slots_[index].busy = false;
    idle_.push_back(index);
  }

  bool MayBegin() const { return options_.requests == 0 || begun_ < options_.requests; }

  /// Queues every request that is due by now, whether or not a connection is free for it.
  void Schedule() {
    const std::int64_t now = std::min(Now(), end_);
    while (MayBegin()) {
      const auto due = begin_ + static_cast<std::int64_t>(static_cast<double>(begun_) * 1e9 / options_.rate);
      if (due >= now) return;
      waiting_.push_back(due);
      ++begun_;
    }
  }

  void Start() {
    while (!idle_.empty()) {
      const std::int64_t now = Now();
      std::int64_t due = now;
      if (options_.rate > 0) {
        // Also past the end: what was due has to be sent, or the worst latencies would be left out.
        if (waiting_.empty()) return;
        due = waiting_.front();
        waiting_.pop_front();
      } else if (MayBegin() && now < end_) {
        ++begun_;
      } else {
        return;
      }
      Begin(due, now);
    }
  }

  void Begin(std::int64_t due, std::int64_t now) {
    const std::size_t index = idle_.front();
    idle_.pop_front();
    Slot& slot = slots_[index];
    slot.due = due;
    slot.sent = now;
    slot.busy = true;
    ++under_way_;
    if (!slot.client.Send(plan_.Next())) Broken(index);
  }

  void Broken(std::size_t index) {
    if (slots_[index].busy) {
      ++result_.broken;
      --under_way_;
    } else {
      std::erase(idle_, index);  // The server closed a connection that waited.
    }
    Open(index);
  }

  void Collect() {
    std::array<epoll_event, 256> events;
    // The open loop spins: a sleeping driver would wake late and call its own lateness the server's.
    const int timeout = options_.rate > 0 ? 0 : 100;
    const int count = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), timeout);
    for (int at = 0; at < count; ++at) {
      const auto index = static_cast<std::size_t>(events[static_cast<std::size_t>(at)].data.u64);
      bool gone = false;
      const auto answer = slots_[index].client.Receive(gone);
      if (answer && slots_[index].busy) {
        Answered(index, *answer);
      } else if (gone || answer) {
        Broken(index);
      }
    }
  }

  void Answered(std::size_t index, const Answer& answer) {
    Slot& slot = slots_[index];
    last_answer_ = Now();
    const auto status = static_cast<std::size_t>(std::clamp(answer.status, 0, 599));
    ++result_.status[status];
    NoteGap(status, last_answer_);
    if (answer.status < 400) result_.accepted.push_back(last_answer_ - slot.due);
    if (answer.status == 503) result_.rejected.push_back(last_answer_ - slot.sent);
    slot.busy = false;
    --under_way_;
    if (answer.closes) {
      Open(index);
    } else {
      idle_.push_back(index);
    }
  }

  void NoteGap(std::size_t status, std::int64_t now) {
    result_.longest_gap[status] = std::max(result_.longest_gap[status], now - last_of_[status]);
    last_of_[status] = now;
  }

  bool Finished() const {
    if (under_way_ > 0 || !waiting_.empty()) return false;
    return Now() >= end_ || !MayBegin();
  }

  LoadResult Sum() {
    result_.never_sent = waiting_.size();
    result_.unanswered = under_way_;
    for (std::size_t status = 0; status < last_of_.size(); ++status) {
      if (result_.status[status] > 0) NoteGap(status, std::max(last_answer_, end_));
    }
    for (const Slot& slot : slots_) result_.bytes += slot.client.bytes_received();
    result_.seconds = static_cast<double>(std::max<std::int64_t>(last_answer_ - begin_, 1)) / 1e9;
    return std::move(result_);
  }

  const LoadOptions& options_;
  RequestPlan& plan_;
  int epoll_;
  std::vector<Slot> slots_;
  std::deque<std::size_t> idle_;
  std::deque<std::int64_t> waiting_;  ///< When each request that is due but not sent was due.
  std::uint64_t begun_ = 0;
  std::uint64_t under_way_ = 0;
  std::int64_t begin_ = 0;
  std::int64_t end_ = 0;
  std::int64_t last_answer_ = 0;
  std::array<std::int64_t, 600> last_of_{};  ///< When the last answer of each status came.
  LoadResult result_;
};

}  // namespace

LoadResult Drive(const LoadOptions& options, RequestPlan& plan) { return Run(options, plan).Go(); }

}  // namespace bench
