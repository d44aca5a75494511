#include "http/answers.h"
#include "http/handlers/handlers.h"

namespace demo::http {

Result<Response> RunMigration(const Request& request, Services& services) {
  if (auto refused = RefuseBody(request)) return *refused;
  const auto key = ReadKey(request);
  if (!key) return Fail(key.error());
  const auto migrated = services.store.MigrateUsers(*key);
  if (!migrated) return Fail(migrated.error());
  JsonWriter json;
  json.BeginObject().Key("message").String("Migration completed").Key("migrated_users").Number(*migrated).EndObject();
  return Json(std::move(json));
}

}  // namespace demo::http
