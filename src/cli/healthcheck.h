#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"

namespace demo {

/// Asks GET /readyz of the service that listens on `bind` and `port` of this machine, for at most two seconds. Errors:
/// Unavailable (nobody listens, it does not answer, or it answers anything but 200), with a sentence that says which.
Result<void> CheckHealth(const std::string& bind, std::uint16_t port);

}  // namespace demo
