#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "http/request.h"

/// Entity tags and what requests ask of them (RFC 9110, sections 8.8.3 and 13).
namespace demo::http {

/// What the tag of an answer's gzip form has before its closing quote, and that of its plain form has not.
inline constexpr std::string_view kGzipMark = "-gz";

/// A quoted tag, of a list such as If-None-Match's.
struct EntityTag {
  std::string_view tag;  ///< With its quotes; empty at the end of the list, or at what is no tag.
  bool weak = false;
};
EntityTag TakeTag(std::string_view& list);

/// Whether If-Match and If-None-Match of `request`, which would change something, allow that. `current` is the tag of
/// what its address shows now, in the plain form; nothing where it shows nothing. Pure.
bool AllowsChange(const Request& request, const std::optional<std::string>& current);

}  // namespace demo::http
