#include "service/host_registry.h"

#include <condition_variable>
#include <mutex>
#include <utility>

#include "store/store.h"

namespace demo {

HostRegistry::HostRegistry(Store& store, Host host, std::function<void()> on_change)
    : store_(store), host_(std::move(host)), on_change_(std::move(on_change)) {
  Renew();
  thread_ = std::jthread([this](const std::stop_token& stop) { Run(stop); });
}

HostRegistry::~HostRegistry() {
  thread_.request_stop();
  thread_.join();
  // A failure needs no answer: what is not removed expires.
  (void)store_.RemoveHost(host_.pod);
}

void HostRegistry::Renew() {
  const auto changed = store_.RenewHost(host_, kLifetime);
  if (changed && *changed) on_change_();
}

void HostRegistry::Run(const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any tick;
  std::unique_lock lock(mutex);
  while (!tick.wait_for(lock, stop, kLifetime / 3, [] { return false; }) && !stop.stop_requested()) Renew();
}

}  // namespace demo
