#include "http/answers.h"
#include "http/handlers/handlers.h"

namespace demo::http {

Result<Response> ListUsers(const Request& request, Services& services) {
  const auto asked = ReadPage(request);
  if (!asked) return Fail(asked.error());
  const auto page = services.store.ListUsers(*asked);
  if (!page) return Fail(page.error());
  return List(request, *asked, *page, WriteUser);
}

}  // namespace demo::http
