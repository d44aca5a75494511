#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "mongo/handles.h"

namespace demo::mongo {

/// What the text of MONGODB_URI says, with its options as they stand there. The slash between hosts and options may be
/// left out. Errors: Invalid, as RefuseUri has it; nothing of the text is shown but an option's name.
Result<UriHandle> ParseUri(const std::string& text);

inline constexpr std::string_view kWantsMajority = "w=majority, which is set when it is left out";

/// Invalid: "MONGODB_URI: got …, wants …".
std::unexpected<Error> RefuseUri(std::string_view got, std::string_view wants);

}  // namespace demo::mongo
