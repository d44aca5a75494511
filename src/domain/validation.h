#pragma once

#include <string_view>

#include "base/result.h"
#include "domain/model.h"

namespace demo {

inline constexpr Money kMaxAmount = Money::FromCents(1'000'000'00);
inline constexpr int kMaxTextLength = 200;

/// Empty when `text` may be a name, e-mail address or country: 1 to 200 characters (code points) of valid UTF-8 without
/// control characters; otherwise the rule it breaks. Pure.
std::string_view WrongText(std::string_view text);

/// As WrongText, and exactly one "@" with text on both sides.
std::string_view WrongEmail(std::string_view text);

/// Errors: Invalid, naming every wrong field. Pure.
Result<void> Validate(const NewUser& user);
Result<void> Validate(const NewOrder& order);

}  // namespace demo
