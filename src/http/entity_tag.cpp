#include "http/entity_tag.h"

#include <algorithm>

namespace demo::http {
namespace {

/// Of either form of the answer: both are what the address shows.
bool IsTagOf(std::string_view tag, std::string_view current) {
  if (tag == current) return true;
  const std::size_t quote = current.size() - 1;
  return tag.size() == current.size() + kGzipMark.size() && tag.starts_with(current.substr(0, quote)) &&
         tag.substr(quote, kGzipMark.size()) == kGzipMark && tag.ends_with('"');
}

bool Lists(std::string_view list, const std::optional<std::string>& current, bool weakly) {
  if (!current) return false;
  if (list == "*") return true;
  for (EntityTag next = TakeTag(list); !next.tag.empty(); next = TakeTag(list)) {
    if ((weakly || !next.weak) && IsTagOf(next.tag, *current)) return true;
  }
  return false;
}

}  // namespace

EntityTag TakeTag(std::string_view& list) {
  list.remove_prefix(std::min(list.find_first_not_of(", \t"), list.size()));
  EntityTag found;
  found.weak = list.starts_with("W/");
  if (found.weak) list.remove_prefix(2);
  const std::size_t end = list.starts_with('"') ? list.find('"', 1) : std::string_view::npos;
  if (end == std::string_view::npos) {
    list = {};
    return found;
  }
  found.tag = list.substr(0, end + 1);
  list.remove_prefix(end + 1);
  return found;
}

bool AllowsChange(const Request& request, const std::optional<std::string>& current) {
  if (!request.if_match.empty() && !Lists(request.if_match, current, false)) return false;
  return request.if_none_match.empty() || !Lists(request.if_none_match, current, true);
}

}  // namespace demo::http
