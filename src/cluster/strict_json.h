#pragma once

#include <boost/json/value.hpp>
#include <string_view>

#include "base/result.h"

namespace demo::cluster {

/// A JSON text whose objects name each member once; Boost.JSON alone keeps the last of two and says nothing.
/// Errors: Invalid, with the reason as a sentence without a subject: "is no JSON (…)", "names \"shards\" twice".
Result<boost::json::value> ParseStrictJson(std::string_view text);

}  // namespace demo::cluster
