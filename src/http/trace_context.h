#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace demo::http {

/// Which trace a request is part of, as its caller said it.
struct TraceContext {
  std::array<char, 32> trace_id;   ///< Lower-case hexadecimal.
  std::array<char, 16> parent_id;  ///< The caller's span.
  bool sampled;
};

/// Reads a `traceparent` header (w3.org/TR/trace-context). Nothing where it is malformed: a header that breaks the
/// rules is as good as none. Later versions may carry more after the flags. Pure; does not allocate.
std::optional<TraceContext> ParseTraceparent(std::string_view header);

}  // namespace demo::http
