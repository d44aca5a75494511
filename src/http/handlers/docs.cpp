#include "http/pages/docs.h"

#include "http/handlers/handlers.h"
#include "http/pages/answer.h"
#include "http/pages/assets.h"

namespace demo::http {

Result<Response> ShowDocs(const Request& request, Services& services) {
  if (auto change = pages::AnswerSwitch(request)) return *change;
  const std::string_view openapi = pages::WebFile("openapi.json");
  return pages::Html(pages::RenderDocs(openapi, pages::FrameOf(request, services)));
}

}  // namespace demo::http
