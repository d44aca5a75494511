#include "domain/validation.h"
#include "http/answers.h"
#include "http/error_map.h"
#include "http/handlers/handlers.h"

namespace demo::http {

Result<Response> CreateOrder(const Request& request, Services& services) {
  auto body = ReadJsonObject(request);
  if (!body) return Refuse(request, body.error());
  const NewOrder wanted{body->TakeString("user_id"), body->TakeMoney("amount")};
  if (const auto valid = body->Finish(Validate(wanted)); !valid) return Fail(valid.error());
  const auto key = ReadKey(request, {wanted.user_id, wanted.amount.ToString()});
  if (!key) return Fail(key.error());

  const auto order = services.store.PlaceOrder(wanted, *key);
  if (!order && StatusOf(order.error().code) == 503) {
    Response problem = ToProblem(request, order.error());
    problem.changed_user = wanted.user_id;  // or all copies would go, as if it could be anybody's
    return problem;
  }
  if (!order) return Fail(order.error());
  JsonWriter json;
  WriteOrder(json, *order);
  Response response = Created("/api/users/" + order->user_id + "/orders/" + order->order_id, std::move(json));
  response.changed_user = order->user_id;
  return response;
}

}  // namespace demo::http
