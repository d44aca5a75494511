#include "domain/random_data.h"
#include "http/answers.h"
#include "http/handlers/handlers.h"

namespace demo::http {

Result<Response> RandomUser(const Request& request, Services& services) {
  if (auto refused = RefuseBody(request)) return *refused;
  const auto key = ReadKey(request);
  if (!key) return Fail(key.error());
  Random random = NewRandom();
  const auto user = services.store.AddUser(MakeRandomUser(random), *key);
  if (!user) return Fail(user.error());
  JsonWriter json;
  json.BeginObject().Key("message").String("Random user added");
  json.Key("user_name").String(user->name).Key("user_id").String(user->user_id).EndObject();
  return Json(std::move(json));
}

}  // namespace demo::http
