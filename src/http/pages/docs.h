#pragma once

#include <string>
#include <string_view>

#include "http/pages/page.h"

namespace demo::http::pages {

/// The page "/docs": every operation of an OpenAPI 3.1 document, in the document's order and words. References inside
/// the document are followed. Throws boost::system::system_error when `openapi` is no JSON: a fault of this program.
/// Pure.
std::string RenderDocs(std::string_view openapi, const Frame& frame);

}  // namespace demo::http::pages
