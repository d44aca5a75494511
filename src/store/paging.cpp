#include "store/paging.h"

namespace demo {
namespace {

std::unexpected<Error> WrongPage(std::string field, std::string reason) {
  return Fail(Error{ErrorCode::kInvalid, field + " " + reason, {{field, reason}}});
}

}  // namespace

Result<std::string> PositionOf(std::string_view list, const PageRequest& page) {
  if (page.limit < 1 || page.limit > kMostInPage) return WrongPage("limit", "must be 1 to 1000");
  if (page.cursor.empty()) return std::string();
  const auto position = ReadCursor(list, page.cursor);
  if (!position) return WrongCursor();
  return *position;
}

std::unexpected<Error> WrongCursor() { return WrongPage("cursor", "must be one that this list has given"); }

}  // namespace demo
