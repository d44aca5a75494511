#include "http/handlers/handlers.h"
#include "http/pages/answer.h"
#include "http/pages/dashboard.h"
#include "http/pages/tables.h"
#include "http/query.h"
#include "store/store.h"

namespace demo::http {

Result<Response> ShowUserPage(const Request& request, Services& services) {
  constexpr int kRows = 25;
  if (auto change = pages::AnswerSwitch(request)) return *change;
  const auto user = services.store.GetUser(request.params[0]);
  if (!user) return pages::ErrorPage(request, services, user.error(), "/user-dashboard");
  const std::string cursor = QueryParameter(request.query, "orders").value_or("");
  auto orders = services.store.ListOrdersOfUser(request.params[0], {kRows, cursor});
  if (!orders && orders.error().code == ErrorCode::kInvalid) {
    return pages::WrongPlacePage(request, services, "orders", pages::UserUrl(request.params[0]) + "#orders");
  }
  if (!orders) return pages::ErrorPage(request, services, orders.error(), "/user-dashboard");
  const pages::UserView view{*user, *std::move(orders), cursor, WallClockNow()};
  return pages::Html(pages::RenderUser(view, pages::FrameOf(request, services)));
}

}  // namespace demo::http
