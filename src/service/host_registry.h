#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>

#include "domain/model.h"

namespace demo {

class Store;

/// Keeps this instance among the store's hosts: registers at start, renews every five seconds, leaves at the end.
/// An instance that died without leaving is silent after two renewals and gone one lifetime later.
class HostRegistry {
 public:
  // The contract: an instance is gone 60 s after it died.
  static constexpr std::chrono::seconds kLifetime{60};
  static constexpr std::chrono::seconds kRenewal{5};
  /// Two renewals were missed, the second by a second.
  static constexpr std::chrono::seconds kOverdue = 2 * kRenewal + std::chrono::seconds(1);

  /// Registers before it returns where the store lets it; a store that cannot now is tried again. `on_change` is called
  /// on the registry's thread, or on this one, when the set of hosts changed.
  HostRegistry(Store& store, Host host, std::function<void()> on_change);
  /// Tells the others that this instance drains; on the registry's thread, so that nobody waits for the store.
  void BeginDrain();
  /// Leaves.
  ~HostRegistry();
  HostRegistry(const HostRegistry&) = delete;
  HostRegistry& operator=(const HostRegistry&) = delete;

 private:
  void Renew(bool draining);
  void Run(const std::stop_token& stop);

  Store& store_;
  const Host host_;
  std::function<void()> on_change_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  bool draining_ = false;  ///< Under mutex_.
  std::jthread thread_;
};

}  // namespace demo
