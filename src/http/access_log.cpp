#include "http/access_log.h"

#include <pthread.h>

#include <condition_variable>
#include <ctime>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

#include "base/clock.h"
#include "base/faults.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/per_thread.h"
#include "base/priority.h"
#include "base/spsc_ring.h"
#include "http/access_record.h"

namespace demo::http {
namespace {

constexpr std::size_t kBatchBytes = 64 * 1024;
constexpr std::chrono::seconds kLastWrite{1};

struct LoopRing {
  explicit LoopRing(std::size_t records) : ring(records) {}
  SpscRing<AccessRecord> ring;
  metrics::LocalCounter lost;
};

std::int64_t WallMinusSteady() {
  const auto wall = std::chrono::system_clock::now().time_since_epoch();
  const auto steady = SteadyClock::now().time_since_epoch();
  return (wall - steady) / std::chrono::nanoseconds(1);
}

}  // namespace

/// Shared with the thread, which may outlive the AccessLog in a write that hangs.
struct AccessLog::State {
  State(std::vector<std::string_view> routes, const AccessLogOptions& chosen)
      : options(chosen),
        rings([chosen] { return std::make_unique<LoopRing>(chosen.ring_records); }),
        formatter(std::move(routes), log::ActiveFormat()) {}

  void Run();
  void WriteAndReport();
  void WriteWhatIsThere();
  std::uint64_t Lost() const;
  void ReportLoss();

  const AccessLogOptions options;
  PerThread<LoopRing> rings;
  std::mutex mutex;
  std::condition_variable changed;
  bool stopping = false;  ///< Under mutex.
  bool done = false;      ///< Under mutex.
  std::thread thread;     ///< The owner's.

  // The thread's own.
  AccessFormatter formatter;
  std::string batch;
  std::uint64_t lost_reported = 0;
  SteadyTime next_report{};
};

void AccessLog::State::Run() {
  pthread_setname_np(pthread_self(), "access-log");
  StepBack();  // Where processors are short, answering comes before telling.
  batch.reserve(kBatchBytes + 1024);
  std::unique_lock lock(mutex);
  while (!stopping) {
    changed.wait_for(lock, options.pause);
    lock.unlock();
    WriteAndReport();
    lock.lock();
  }
  lock.unlock();
  next_report = {};
  WriteAndReport();
  lock.lock();
  done = true;
  changed.notify_all();
}

void AccessLog::State::WriteAndReport() {
  Survive("access-log", [this] {
    WriteWhatIsThere();
    ReportLoss();
  });
}

void AccessLog::State::WriteWhatIsThere() {
  const std::int64_t wall_minus_steady = WallMinusSteady();
  for (LoopRing* loop : rings.All()) {
    loop->ring.Drain([&](const AccessRecord& record) {
      formatter.Append(batch, record, wall_minus_steady);
      if (batch.size() < kBatchBytes) return;
      log::WriteLines(batch);
      batch.clear();
    });
  }
  if (!batch.empty()) log::WriteLines(batch);
  batch.clear();
}

std::uint64_t AccessLog::State::Lost() const {
  std::uint64_t lost = 0;
  for (const LoopRing* loop : rings.All()) lost += loop->lost.Value();
  return lost;
}

void AccessLog::State::ReportLoss() {
  const std::uint64_t lost = Lost();
  if (lost == lost_reported || SteadyClock::now() < next_report) return;
  log::Warning("access lines were left out", {{"lines", lost - lost_reported}});
  lost_reported = lost;
  next_report = SteadyClock::now() + std::chrono::seconds(1);
}

AccessLog::AccessLog(std::vector<std::string_view> routes, const AccessLogOptions& options)
    : state_(std::make_shared<State>(std::move(routes), options)) {
  state_->thread = std::thread([state = state_] { state->Run(); });
}

AccessLog::~AccessLog() {
  std::unique_lock lock(state_->mutex);
  state_->stopping = true;
  state_->changed.notify_all();
  const bool done = state_->changed.wait_for(lock, kLastWrite, [this] { return state_->done; });
  lock.unlock();
  if (done) {
    state_->thread.join();
  } else {
    state_->thread.detach();
  }
}

void AccessLog::Note(const Exchange& exchange, std::uint16_t route) {
  LoopRing& loop = state_->rings.Local();
  const bool kept = loop.ring.Push([&](AccessRecord& record) { FillAccessRecord(record, exchange, route); });
  if (!kept) [[unlikely]]
    loop.lost.Add(1);
}

std::uint64_t AccessLog::LostLines() const { return state_->Lost(); }

}  // namespace demo::http
