#include "http/pages/dashboard.h"

#include "http/handlers/handlers.h"
#include "http/pages/answer.h"
#include "http/pages/charts.h"
#include "http/query.h"
#include "store/store.h"

namespace demo::http {
namespace {

constexpr int kRows = 10;
constexpr int kDays = 90;
// Sums over all countries are the revenue; more names than this are not countries.
constexpr int kCountries = 10'000;

std::vector<pages::Action> Actions() {
  pages::Action burst{"random-orders", "POST", "/api/random-order", "post", "/actions/random-order"};
  burst.count = 100;
  pages::Action clear{"clear-data", "DELETE", "/api/clear-data", "get", "/actions/clear-data"};
  clear.danger = true;
  clear.confirm = true;
  pages::Action load{"load-sample-data", "POST", "/api/load-sample-data", "get", "/actions/load-sample-data"};
  load.confirm = true;
  return {
      load,
      {"random-user", "POST", "/api/random-user", "post", "/actions/random-user"},
      {"random-order", "POST", "/api/random-order", "post", "/actions/random-order"},
      burst,
      {"run-migration", "POST", "/api/run-migration", "post", "/actions/run-migration"},
      clear,
  };
}

std::string CursorIn(const Request& request, std::string_view name) {
  return QueryParameter(request.query, name).value_or("");
}

bool IsNoPlace(const auto& page) { return !page && page.error().code == ErrorCode::kInvalid; }

/// The one user that the filter names as a page of its own, and that user's orders; all of both without a filter. A
/// filter that names nobody shows all and says so. Returns the parameter that is no place in its list, or nothing.
std::string_view ReadTables(pages::DashboardView& view, Services& services) {
  if (!view.filter.empty()) {
    const auto user = services.store.GetUser(view.filter);
    if (user) {
      view.users = Page<UserSummary>{{*user}, ""};
      auto orders = services.store.ListOrdersOfUser(view.filter, {kRows, view.orders_cursor});
      if (IsNoPlace(orders)) return "orders";
      view.orders = pages::ReadingOf(std::move(orders), services);
      return {};
    }
    view.no_such_user = user.error().code == ErrorCode::kNotFound;
  }
  auto users = services.store.ListUsers({kRows, view.users_cursor});
  auto orders = services.store.ListOrders({kRows, view.orders_cursor});
  if (IsNoPlace(users)) return "users";
  if (IsNoPlace(orders)) return "orders";
  view.users = pages::ReadingOf(std::move(users), services);
  view.orders = pages::ReadingOf(std::move(orders), services);
  return {};
}

}  // namespace

Result<Response> ShowDashboard(const Request& request, Services& services) {
  if (auto change = pages::AnswerSwitch(request)) return *change;
  pages::DashboardView view;
  view.filter = QueryParameter(request.query, "user").value_or("");
  view.users_cursor = CursorIn(request, "users");
  view.orders_cursor = CursorIn(request, "orders");
  view.actions = Actions();
  view.read_at = WallClockNow();
  view.done = pages::DoneOf(request);
  view.totals = pages::ReadingOf(services.store.CountAll(), services);
  view.countries_limit = kCountries;
  view.countries = pages::ReadingOf(services.store.SpendingByCountry(kCountries), services);
  view.days = pages::ReadingOf(services.store.OrdersByDay(kDays), services);
  if (view.days) view.days = pages::EveryDay(*view.days, kDays);
  if (const auto wrong = ReadTables(view, services); !wrong.empty()) {
    return pages::WrongPlacePage(request, services, wrong, "/user-dashboard#" + std::string(wrong));
  }
  const bool whole = view.totals && view.countries && view.days && view.users && view.orders;
  // A page with holes in it must not be kept: 503 is not.
  return pages::Html(pages::RenderDashboard(view, pages::FrameOf(request, services)), whole ? 200 : 503);
}

}  // namespace demo::http
