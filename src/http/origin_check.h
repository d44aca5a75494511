#pragma once

#include "http/request.h"

namespace demo::http {

/// Whether `request` may change something: true unless a browser says that a page of another origin made it.
///
/// Sec-Fetch-Site decides where it is present: no page can set it, and the browser compared the addresses that it knows
/// itself, whatever proxies made of them. Browsers send it to https and to this machine only, and older ones never.
/// Then Origin must name this site: Host, or the X-Forwarded-Host of a proxy that wrote Host anew. To believe that
/// field is safe, though a client may set it: a page of another origin cannot, as its browser would first ask for leave
/// (a CORS preflight), which is never given here, and a program that sets it needs no browser's help to write. A host
/// without a port stands for the port of X-Forwarded-Port, or for any where nothing names one: proxies like to drop it,
/// and cookies do not tell ports apart either. The scheme is not compared, since a gateway may have ended TLS.
///
/// Neither Sec-Fetch-Site nor Origin: no browser's page, and so no ambient authority to abuse. Pure.
bool IsOriginAllowed(const Request& request);

}  // namespace demo::http
