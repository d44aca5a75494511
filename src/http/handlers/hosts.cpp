#include "http/answers.h"
#include "http/handlers/handlers.h"

namespace demo::http {

Result<Response> ListHosts(const Request&, Services& services) {
  const auto hosts = services.store.ListHosts();
  if (!hosts) return Fail(hosts.error());
  JsonWriter json;
  json.BeginArray();
  for (const Host& host : *hosts) {
    json.BeginObject().Key("pod").String(host.pod).Key("info").String(host.info);
    json.Key("draining").Bool(host.draining).EndObject();
  }
  json.EndArray();
  return Json(std::move(json));
}

}  // namespace demo::http
