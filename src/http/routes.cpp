#include "http/route.h"

#include <array>

#include "http/handlers/handlers.h"

namespace demo::http {
namespace {

using std::chrono_literals::operator""s;
using enum Method;

std::vector<std::string_view> Paging() { return {"limit", "cursor"}; }

}  // namespace

std::span<const Route> Routes() {
  static const std::array kRoutes = {
      Route{kGet, "/api/stats", ShowStats, Cached{30s, {Tag::kUsers, Tag::kOrders}}},
      Route{kGet, "/api/users", ListUsers, Cached{30s, {Tag::kUsers, Tag::kOrders}}, false, Paging()},
      Route{kPost, "/api/users", CreateUser, Changes{{Tag::kUsers}}},
      Route{kGet, "/api/users/{user_id}", ShowUser, Cached{30s, {Tag::kUser}}},
      Route{kGet, "/api/users/{user_id}/orders", ListUserOrders, Cached{30s, {Tag::kUser}}, false, Paging()},
      Route{kGet, "/api/users/{user_id}/orders/{order_id}", ShowOrder, Cached{30s, {Tag::kUser}}},
      Route{kGet, "/api/orders", ListOrders, Cached{30s, {Tag::kOrders}}, false, Paging()},
      Route{kPost, "/api/orders", CreateOrder, Changes{{Tag::kOrders, Tag::kUser}}},

      Route{kPost, "/api/random-user", RandomUser, Changes{{Tag::kUsers}}},
      Route{kPost, "/api/random-order", RandomOrder, Changes{{Tag::kOrders, Tag::kUser}}},
      Route{kPost, "/api/load-sample-data", LoadSampleData, Changes{{Tag::kAll}}, true},
      Route{kPost, "/api/run-migration", RunMigration, Changes{{Tag::kAll}}, true},
      Route{kDelete, "/api/clear-data", ClearData, Changes{{Tag::kAll}}, true},

      Route{kGet, "/hosts", ListHosts, Cached{300s, {Tag::kHosts}}},
      Route{kGet, "/cache/status", ShowCacheStatus, Fresh{}},
      Route{kPost, "/cache/clear", ClearCache, Changes{{}}, true},
      Route{kGet, "/sharding-info", ShowSharding, Fresh{}},
      Route{kGet, "/openapi.json", ShowOpenApi, Cached{3600s, {}}},
  };
  return kRoutes;
}

}  // namespace demo::http
