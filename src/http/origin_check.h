#pragma once

#include "http/request.h"

namespace demo::http {

/// Whether `request` may change something: true unless a browser says that a page of another origin made it.
///
/// Sec-Fetch-Site, which no page can forge, decides where it is present. Older browsers send Origin alone: its host and
/// port must be those of Host; the scheme is not compared, since a gateway may have ended TLS. Neither header: no
/// browser's page, and so no ambient authority to abuse. Pure.
bool IsOriginAllowed(const Request& request);

}  // namespace demo::http
