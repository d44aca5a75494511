#pragma once

#include "service/change_feed.h"
#include "service/services.h"

namespace demo::http {

/// What of the home page changes while it is open, in each language: "en.map", "fr.map", "en.hosts"... Blocks for at
/// most the store's deadline. Thread-safe.
Drawn DrawHomeParts(Services& services);

}  // namespace demo::http
