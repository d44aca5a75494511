#include <array>
#include <initializer_list>

#include "http/handlers/handlers.h"
#include "http/problem.h"
#include "http/route.h"

namespace demo::http {
namespace {

using std::chrono_literals::operator""s;
using enum Method;
using enum Others;

std::vector<std::string_view> Paging() { return {"limit", "cursor"}; }

/// What every page takes, and `own`: its appearance, and what a form's action just did.
std::vector<std::string_view> PageQuery(std::initializer_list<std::string_view> own = {}) {
  std::vector<std::string_view> query{"lang", "theme", "done", "n", "id"};
  query.insert(query.end(), own);
  return query;
}

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
      Route{kGet, "/cache/status", ShowCacheStatus, Apart{}},
      Route{kPost, "/cache/clear", ClearCache, Changes{{}}, true},
      Route{kGet, "/sharding-info", ShowSharding, Fresh{}},
      Route{kGet, "/livez", ShowLiveness, Immediate{}, false, {}, kIgnored},
      Route{kGet, "/readyz", ShowReadiness, Immediate{}, false, {}, kIgnored},
      Route{kGet, "/metrics", ShowMetrics, Apart{}, false, {}, kIgnored},
      Route{kGet, "/version", ShowVersion, Immediate{}},
      Route{kGet, "/events", OpenEvents, EventStream{}},
      Route{kGet, "/openapi.json", ShowOpenApi, Cached{3600s, {}}},

      // A second is what the numbers on it are made for; many readers at once still cost one look at the store.
      Route{kGet, "/", ShowHome, Cached{1s, {Tag::kHosts}, true}, false, PageQuery(), kIgnored},
      Route{kGet, "/user-dashboard", ShowDashboard, Cached{30s, {Tag::kUsers, Tag::kOrders}, true}, false,
            PageQuery({"user", "users", "orders"}), kIgnored},
      Route{kGet, "/user-dashboard/users/{user_id}", ShowUserPage, Cached{30s, {Tag::kUser}, true}, false,
            PageQuery({"orders"}), kIgnored},
      Route{kGet, "/docs", ShowDocs, Cached{3600s, {}, true}, false, PageQuery(), kIgnored},
      Route{kGet, "/problems/{kind}", ExplainProblem, Fresh{}, false, PageQuery(), kIgnored},
      Route{kGet, "/assets/{file}", ShowAsset, Cached{3600s, {}}, false, {}, kIgnored},
      Route{kGet, "/actions/clear-data", ConfirmClearData, Fresh{}, false, PageQuery(), kIgnored},
      Route{kGet, "/actions/load-sample-data", ConfirmLoadSampleData, Fresh{}, false, PageQuery(), kIgnored},
      Route{kPost, "/actions/clear-data", ActClearData, Changes{{Tag::kAll}}, false, {}, kIgnored},
      Route{kPost, "/actions/load-sample-data", ActLoadSampleData, Changes{{Tag::kAll}}, false, {}, kIgnored},
      Route{kPost, "/actions/run-migration", ActRunMigration, Changes{{Tag::kAll}}, false, {}, kIgnored},
      Route{kPost, "/actions/random-user", ActRandomUser, Changes{{Tag::kUsers}}, false, {}, kIgnored},
      // Many orders at once are of many users.
      Route{kPost, "/actions/random-order", ActRandomOrder, Changes{{Tag::kAll}}, false, {}, kIgnored},
      Route{kPost, "/actions/clear-cache", ActClearCache, Changes{{}}, false, {}, kIgnored},
  };
  return kRoutes;
}

}  // namespace demo::http
