#include "cache/response_cache.h"
#include "http/answers.h"
#include "http/handlers/handlers.h"

namespace demo::http {

Result<Response> ShowCacheStatus(const Request&, Services& services) {
  const SteadyTime now = SteadyClock::now();
  const CacheStats stats = services.cache.Stats(now);
  JsonWriter json;
  json.BeginObject().Key("redis_available").Bool(false).Key("cache_entries").Number(stats.entries);
  json.Key("cache_ttl").Number(services.cache.RemainingTtl({"/hosts"}, now)).Key("tier").String("memory");
  json.Key("hits").Number(stats.hits).Key("misses").Number(stats.misses).Key("stale").Number(stats.stale);
  json.Key("coalesced").Number(stats.coalesced).Key("evictions").Number(stats.evictions);
  json.Key("bytes").Number(stats.bytes).EndObject();
  return Json(std::move(json));
}

}  // namespace demo::http
