#include "service/host_registry.h"

#include <utility>

#include "base/faults.h"
#include "store/store.h"

namespace demo {

HostRegistry::HostRegistry(Store& store, Host host, std::function<void()> on_change)
    : store_(store), host_(std::move(host)), on_change_(std::move(on_change)) {
  Renew(false);
  thread_ = std::jthread([this](const std::stop_token& stop) { Run(stop); });
}

HostRegistry::~HostRegistry() {
  thread_.request_stop();
  thread_.join();
  // A failure needs no answer: what is not removed expires.
  Survive("hosts", [this] { (void)store_.RemoveHost(host_.pod); });
}

void HostRegistry::BeginDrain() {
  const std::lock_guard lock(mutex_);
  draining_ = true;
  wake_.notify_all();
}

void HostRegistry::Renew(bool draining) {
  Survive("hosts", [&] {
    const auto changed = store_.RenewHost({host_.pod, host_.info, draining}, kLifetime);
    if (changed && *changed) on_change_();
  });
}

void HostRegistry::Run(const std::stop_token& stop) {
  bool said = false;
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait_for(lock, stop, kRenewal, [&] { return draining_ != said; });
    if (stop.stop_requested()) return;
    said = draining_;
    lock.unlock();
    Renew(said);
    lock.lock();
  }
}

}  // namespace demo
