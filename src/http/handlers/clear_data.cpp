#include "http/answers.h"
#include "http/handlers/handlers.h"

namespace demo::http {

Result<Response> ClearData(const Request& request, Services& services) {
  if (auto refused = RefuseBody(request)) return *refused;
  const auto key = ReadKey(request);
  if (!key) return Fail(key.error());
  if (const auto cleared = services.store.ClearAll(*key); !cleared) return Fail(cleared.error());
  return Message("All data cleared");
}

}  // namespace demo::http
