#include "base/metrics.h"

#include "http/handlers/handlers.h"

namespace demo::http {

Result<Response> ShowMetrics(const Request&, Services& services) {
  Response response;
  response.content_type = "text/plain; version=0.0.4; charset=utf-8";
  response.headers.emplace_back("Cache-Control", "no-store");
  response.body = services.metrics.Render();
  return response;
}

}  // namespace demo::http
