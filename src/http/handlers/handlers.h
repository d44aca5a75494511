#pragma once

#include "base/result.h"
#include "http/request.h"
#include "http/response.h"
#include "service/services.h"

// Every handler of the service, one file each; routes.cpp says where and under which policy each one answers.
namespace demo::http {

Result<Response> ClearCache(const Request& request, Services& services);
Result<Response> ClearData(const Request& request, Services& services);
Result<Response> CreateOrder(const Request& request, Services& services);
Result<Response> CreateUser(const Request& request, Services& services);
Result<Response> ListHosts(const Request& request, Services& services);
Result<Response> ListOrders(const Request& request, Services& services);
Result<Response> ListUserOrders(const Request& request, Services& services);
Result<Response> ListUsers(const Request& request, Services& services);
Result<Response> LoadSampleData(const Request& request, Services& services);
Result<Response> OpenEvents(const Request& request, Services& services);
Result<Response> RandomOrder(const Request& request, Services& services);
Result<Response> RandomUser(const Request& request, Services& services);
Result<Response> RunMigration(const Request& request, Services& services);
Result<Response> ShowCacheStatus(const Request& request, Services& services);
Result<Response> ShowLiveness(const Request& request, Services& services);
Result<Response> ShowMetrics(const Request& request, Services& services);
Result<Response> ShowOpenApi(const Request& request, Services& services);
Result<Response> ShowOrder(const Request& request, Services& services);
Result<Response> ShowReadiness(const Request& request, Services& services);
Result<Response> ShowSharding(const Request& request, Services& services);
Result<Response> ShowStats(const Request& request, Services& services);
Result<Response> ShowUser(const Request& request, Services& services);
Result<Response> ShowVersion(const Request& request, Services& services);

// Pages, and what their forms post to where there is no JavaScript.
Result<Response> ActClearCache(const Request& request, Services& services);
Result<Response> ActClearData(const Request& request, Services& services);
Result<Response> ActLoadSampleData(const Request& request, Services& services);
Result<Response> ActRandomOrder(const Request& request, Services& services);
Result<Response> ActRandomUser(const Request& request, Services& services);
Result<Response> ActRunMigration(const Request& request, Services& services);
Result<Response> ConfirmClearData(const Request& request, Services& services);
Result<Response> ConfirmLoadSampleData(const Request& request, Services& services);
Result<Response> ShowAsset(const Request& request, Services& services);
Result<Response> ShowDashboard(const Request& request, Services& services);
Result<Response> ShowDocs(const Request& request, Services& services);
Result<Response> ShowHome(const Request& request, Services& services);
Result<Response> ShowUserPage(const Request& request, Services& services);

}  // namespace demo::http
