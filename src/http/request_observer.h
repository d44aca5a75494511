#pragma once

#include <cstdint>
#include <string_view>

#include "http/access_log.h"
#include "http/dispatcher.h"
#include "http/request_metrics.h"

namespace demo::http {

/// Tells the metrics and the access log of each request, and the log of each fault.
class RequestObserver final : public Observer {
 public:
  /// Both must outlive it. `access_log` is null where the log's level leaves access lines out: then they cost nothing.
  RequestObserver(RequestMetrics& metrics, AccessLog* access_log) : metrics_(metrics), access_log_(access_log) {}

  void OnStarted(const Request& request) override;
  void OnFinished(const Exchange& exchange, std::uint16_t route) override;
  void OnFault(const Request& request, std::string_view cause) override;

 private:
  RequestMetrics& metrics_;
  AccessLog* const access_log_;
};

}  // namespace demo::http
