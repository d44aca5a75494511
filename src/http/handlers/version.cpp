#include "base/build_info.h"
#include "http/answers.h"
#include "http/handlers/handlers.h"

namespace demo::http {

Result<Response> ShowVersion(const Request&, Services&) {
  const BuildInfo& build = ThisBuild();
  JsonWriter json;
  json.BeginObject().Key("version").String(build.version).Key("commit").String(build.commit);
  json.Key("build_type").String(build.build_type).Key("compiler").String(build.compiler);
  json.Key("libraries").BeginObject();
  for (const auto& [name, version] : build.libraries) json.Key(name).String(version);
  json.EndObject().Key("started_at").String(FormatUtc(StartedAt()));
  json.Key("uptime_seconds").Number(static_cast<long long>(UptimeSeconds())).EndObject();
  Response response = Json(std::move(json));
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

}  // namespace demo::http
