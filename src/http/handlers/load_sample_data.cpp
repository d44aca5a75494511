#include <fmt/format.h>

#include "domain/sample_data.h"
#include "http/answers.h"
#include "http/handlers/handlers.h"

namespace demo::http {

Result<Response> LoadSampleData(const Request& request, Services& services) {
  if (auto refused = RefuseBody(request)) return *refused;
  const auto key = ReadKey(request);
  if (!key) return Fail(key.error());
  const auto [users, orders] = MakeSampleData(WallClockNow());
  if (const auto replaced = services.store.ReplaceAll(users, orders, *key); !replaced) return Fail(replaced.error());
  return Message(fmt::format("Sample data loaded: {} users, {} orders", users.size(), orders.size()));
}

}  // namespace demo::http
