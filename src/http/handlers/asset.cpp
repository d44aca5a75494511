#include "http/handlers/handlers.h"
#include "http/pages/assets.h"

namespace demo::http {

Result<Response> ShowAsset(const Request& request, Services&) {
  const auto asset = pages::FindAsset(request.params[0]);
  if (!asset) return Fail(ErrorCode::kNotFound, "There is no such asset.");
  Response response;
  response.content_type = asset->content_type;
  response.body = asset->bytes;
  // The address changes with the bytes.
  response.headers.emplace_back("Cache-Control", "public, max-age=31536000, immutable");
  return response;
}

}  // namespace demo::http
