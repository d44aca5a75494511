#include "domain/validation.h"
#include "http/answers.h"
#include "http/handlers/handlers.h"

namespace demo::http {

Result<Response> CreateUser(const Request& request, Services& services) {
  auto body = ReadJsonObject(request);
  if (!body) return Refuse(request, body.error());
  const NewUser wanted{body->TakeString("name"), body->TakeString("email"), body->TakeString("country")};
  if (const auto valid = body->Finish(Validate(wanted)); !valid) return Fail(valid.error());
  const auto key = ReadKey(request, {wanted.name, wanted.email, wanted.country});
  if (!key) return Fail(key.error());

  const auto user = services.store.AddUser(wanted, *key);
  if (!user) return Fail(user.error());
  JsonWriter json;
  WriteUser(json, {*user, 0, Money()});
  return Created("/api/users/" + user->user_id, std::move(json));
}

}  // namespace demo::http
