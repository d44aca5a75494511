#include "base/clock.h"
#include "http/answers.h"
#include "http/handlers/handlers.h"
#include "service/health.h"

namespace demo::http {
namespace {

std::string_view Name(Readiness::Status status) {
  switch (status) {
    case Readiness::Status::kReady:
      return "ready";
    case Readiness::Status::kDraining:
      return "draining";
    case Readiness::Status::kUnavailable:
      break;
  }
  return "unavailable";
}

}  // namespace

Result<Response> ShowReadiness(const Request&, Services& services) {
  const Readiness readiness = services.health.Current();
  JsonWriter json;
  json.BeginObject().Key("status").String(Name(readiness.status)).Key("checks").BeginArray();
  for (const HealthCheck& check : readiness.checks) {
    json.BeginObject().Key("name").String(check.name).Key("ok").Bool(check.ok);
    json.Key("since").String(FormatUtc(check.since)).Key("detail").String(check.detail).EndObject();
  }
  json.EndArray().EndObject();
  Response response = Json(std::move(json));
  response.headers.emplace_back("Cache-Control", "no-store");
  if (readiness.status != Readiness::Status::kReady) {
    response.status = 503;
    response.headers.emplace_back("Retry-After", "1");
  }
  return response;
}

}  // namespace demo::http
