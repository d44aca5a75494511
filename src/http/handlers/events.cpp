#include "http/handlers/handlers.h"

namespace demo::http {

Result<Response> OpenEvents(const Request&, Services&) {
  Response response;
  response.content_type = "text/event-stream";
  // A browser whose stream broke asks again after a second.
  response.body = "retry: 1000\n\n";
  response.headers.emplace_back("Cache-Control", "no-store");
  // nginx, and others since, keep an answer back until it is whole unless told not to.
  response.headers.emplace_back("X-Accel-Buffering", "no");
  return response;
}

}  // namespace demo::http
