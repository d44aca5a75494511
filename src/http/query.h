#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace demo::http {

/// Errors: Invalid, naming every parameter of `query` (without "?", percent-encoded) that is not in `known`, stands
/// twice or is not well encoded.
Result<void> CheckQuery(std::string_view query, std::span<const std::string_view> known);

/// The decoded value of a parameter in a query that CheckQuery accepted; nothing where it is absent.
std::optional<std::string> QueryParameter(std::string_view query, std::string_view name);

}  // namespace demo::http
