#include "http/answers.h"
#include "http/handlers/handlers.h"

namespace demo::http {

Result<Response> ListUserOrders(const Request& request, Services& services) {
  const auto asked = ReadPage(request);
  if (!asked) return Fail(asked.error());
  const auto page = services.store.ListOrdersOfUser(request.params[0], *asked);
  if (!page) return Fail(page.error());
  return List(request, *asked, *page, WriteOrder);
}

}  // namespace demo::http
