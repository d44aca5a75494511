#include "http/handlers/handlers.h"

namespace demo::http {

Result<Response> OpenEvents(const Request&, Services&) {
  Response response;
  response.content_type = "text/event-stream";
  // A browser whose stream broke asks again after a second.
  response.body = "retry: 1000\n\n";
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

}  // namespace demo::http
