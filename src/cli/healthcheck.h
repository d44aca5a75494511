#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"

namespace demo {

/// Asks GET /readyz of the service that listens on `bind` and `port` of this machine, for at most two seconds in all.
/// Errors: Invalid (port 0); Unavailable (nothing listens, no answer in time, any answer but 200), with a sentence that
/// names the address and says which.
Result<void> CheckHealth(const std::string& bind, std::uint16_t port);

}  // namespace demo
