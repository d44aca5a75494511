#include "http/answers.h"
#include "http/handlers/handlers.h"

namespace demo::http {

Result<Response> ShowOrder(const Request& request, Services& services) {
  const auto order = services.store.GetOrder(request.params[0], request.params[1]);
  if (!order) return Fail(order.error());
  JsonWriter json;
  WriteOrder(json, *order);
  return Json(std::move(json));
}

}  // namespace demo::http
