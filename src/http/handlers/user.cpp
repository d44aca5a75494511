#include "http/answers.h"
#include "http/handlers/handlers.h"

namespace demo::http {

Result<Response> ShowUser(const Request& request, Services& services) {
  const auto user = services.store.GetUser(request.params[0]);
  if (!user) return Fail(user.error());
  JsonWriter json;
  WriteUser(json, *user);
  return Json(std::move(json));
}

}  // namespace demo::http
