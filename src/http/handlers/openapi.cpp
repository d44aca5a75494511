#include "http/handlers/handlers.h"
#include "http/pages/assets.h"

namespace demo::http {

Result<Response> ShowOpenApi(const Request&, Services&) {
  Response response;
  response.body = pages::WebFile("openapi.json");
  return response;
}

}  // namespace demo::http
