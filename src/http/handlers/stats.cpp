#include "http/answers.h"
#include "http/handlers/handlers.h"

namespace demo::http {

Result<Response> ShowStats(const Request&, Services& services) {
  const auto totals = services.store.CountAll();
  if (!totals) return Fail(totals.error());
  JsonWriter json;
  json.BeginObject().Key("total_users").Number(totals->users).Key("total_orders").Number(totals->orders);
  if (totals->estimated) json.Key("estimated").Bool(true);
  json.EndObject();
  return Json(std::move(json));
}

}  // namespace demo::http
