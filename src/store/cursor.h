#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace demo {

/// A `Page::next_cursor`: the position after which the next page begins, with a check that it was made for `list` and
/// not by hand. `position` is made of [A-Za-z0-9]. Pure.
std::string MakeCursor(std::string_view list, std::string_view position);

/// The position in `cursor`; nothing when it was not made by MakeCursor for the same list.
std::optional<std::string> ReadCursor(std::string_view list, std::string_view cursor);

}  // namespace demo
