#include "service/health.h"

#include <fmt/format.h>
#include <pthread.h>

#include <utility>

#include "base/faults.h"
#include "base/log.h"

namespace demo {

HealthMonitor::HealthMonitor(std::function<Result<void>()> ping, HealthOptions options)
    : ping_(std::move(ping)),
      options_(options),
      since_(WallClockNow()),
      thread_([this](const std::stop_token& stop) { Run(stop); }) {}

HealthMonitor::~HealthMonitor() {
  thread_.request_stop();
  thread_.join();
}

Readiness HealthMonitor::Current() const {
  HealthCheck store;
  store.name = "store";
  {
    const std::lock_guard lock(mutex_);
    store.ok = ok_;
    store.since = since_;
    store.detail = detail_;
    const auto age = SteadyClock::now() - last_good_;
    if (ok_ && age > options_.max_age) {
      const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(age);
      store.ok = false;
      store.since = WallClockNow() - milliseconds.count();
      store.detail = fmt::format("has not answered for {:.1f} s", static_cast<double>(milliseconds.count()) / 1e3);
    }
  }
  Readiness readiness;
  readiness.status = draining_.load() ? Readiness::Status::kDraining
                     : store.ok       ? Readiness::Status::kReady
                                      : Readiness::Status::kUnavailable;
  readiness.checks.push_back(std::move(store));
  return readiness;
}

void HealthMonitor::BeginDrain() { draining_.store(true); }

void HealthMonitor::Run(const std::stop_token& stop) {
  pthread_setname_np(pthread_self(), "health");
  while (!stop.stop_requested()) {
    Survive("health", [this] { Note(OrFail(ping_)); });
    std::unique_lock lock(mutex_);
    wake_.wait_for(lock, stop, options_.interval, [] { return false; });
  }
}

void HealthMonitor::Note(const Result<void>& look) {
  bool changed = false;
  {
    const std::lock_guard lock(mutex_);
    changed = !looked_ || ok_ != look.has_value();
    looked_ = true;
    ok_ = look.has_value();
    detail_ = look ? std::string() : look.error().message;
    if (changed) since_ = WallClockNow();
    if (look) last_good_ = SteadyClock::now();
  }
  if (!changed) return;
  if (look) {
    log::Info("store is ready");
  } else {
    log::Warning("store is not ready", {{"reason", look.error().message}});
  }
}

}  // namespace demo
