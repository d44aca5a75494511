#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "http/request.h"

namespace demo::http {

/// Errors: Invalid, naming the parameters of `query` (without "?", percent-encoded) that are not in `known`, stand
/// twice or are not well encoded. Both functions look through the text and keep nothing of it.
Result<void> CheckQuery(std::string_view query, std::span<const std::string_view> known);

/// The decoded value of a parameter in a query that CheckQuery accepted; nothing where it is absent.
std::optional<std::string> QueryParameter(std::string_view query, std::string_view name);

/// Whether the body is a page's form, whose fields QueryParameter reads.
bool IsForm(const Request& request);

}  // namespace demo::http
