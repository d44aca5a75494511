#include "http/request_observer.h"

#include <fmt/format.h>

#include "base/log.h"

namespace demo::http {

void RequestObserver::OnStarted(const Request& request) { metrics_.OnStarted(request); }

void RequestObserver::OnFinished(const Exchange& exchange, std::uint16_t route) {
  metrics_.OnFinished(exchange, route);
  if (access_log_ != nullptr) access_log_->Note(exchange, route);
}

void RequestObserver::OnFault(const Request& request, std::string_view cause) {
  static log::Throttle throttle;
  log::Error(throttle, "fault while handling a request",
             {{"cause", cause},
              {"method", ToString(request.method)},
              {"path", request.path},
              {"request_id", fmt::format("{:016x}", request.id)}});
}

}  // namespace demo::http
