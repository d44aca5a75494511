#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "store/cursor.h"
#include "store/store.h"

namespace demo {

/// The position after which `page` of `list` begins, empty for the first. Errors: Invalid (limit, cursor). Pure.
Result<std::string> PositionOf(std::string_view list, const PageRequest& page);

std::unexpected<Error> WrongCursor();

/// The page of `items` that were read up to one more than `limit`, which tells whether another follows; `positions` are
/// theirs, and may be more than items where some are not shown.
template <typename T>
Page<T> CutPage(std::vector<T> items, const std::vector<std::string>& positions, std::string_view list, int limit) {
  Page<T> page;
  page.items = std::move(items);
  const auto size = static_cast<std::size_t>(limit);
  if (page.items.size() > size) page.items.resize(size);
  if (positions.size() > size) page.next_cursor = MakeCursor(list, positions[size - 1]);
  return page;
}

}  // namespace demo
