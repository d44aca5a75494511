#pragma once

#include <optional>
#include <string_view>

namespace demo {

/// Takes one code point off the front of `text`, which must not be empty. Nothing, and `text` as it was, where it does
/// not begin with one that RFC 3629 allows: overlong forms, surrogates and values above U+10FFFF are refused.
std::optional<char32_t> TakeCodePoint(std::string_view& text);

/// Whether all of `text` is UTF-8 as RFC 3629 has it.
bool IsUtf8(std::string_view text);

}  // namespace demo
