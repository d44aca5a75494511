#include "cache/response_cache.h"
#include "http/answers.h"
#include "http/handlers/handlers.h"

namespace demo::http {

Result<Response> ClearCache(const Request& request, Services& services) {
  if (auto refused = RefuseBody(request)) return *refused;
  const auto key = ReadKey(request);
  if (!key) return Fail(key.error());
  const auto first = services.store.RecordRequest(*key);
  if (!first) return Fail(first.error());
  if (*first) services.cache.Clear();
  return Message("Cache cleared");
}

}  // namespace demo::http
