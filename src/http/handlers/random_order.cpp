#include "domain/random_data.h"
#include "http/answers.h"
#include "http/handlers/handlers.h"
#include "http/problem.h"

namespace demo::http {

Result<Response> RandomOrder(const Request& request, Services& services) {
  if (auto refused = RefuseBody(request)) return *refused;
  const auto key = ReadKey(request);
  if (!key) return Fail(key.error());
  Random random = NewRandom();
  const auto order = services.store.PlaceOrderForRandomUser(MakeRandomAmount(random), *key);
  if (!order && order.error().code == ErrorCode::kNotFound) return Problem(request, "no-users", "No users found");
  if (!order) return Fail(order.error());
  JsonWriter json;
  json.BeginObject().Key("message").String("Random order added").Key("user_name").String(order->user_name);
  json.Key("amount").Raw(order->amount.ToString()).Key("order_id").String(order->order_id);
  json.Key("user_id").String(order->user_id).EndObject();
  Response response = Json(std::move(json));
  response.changed_user = order->user_id;
  return response;
}

}  // namespace demo::http
