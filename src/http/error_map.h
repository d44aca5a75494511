#pragma once

#include "base/result.h"
#include "http/request.h"
#include "http/response.h"

namespace demo::http {

/// Unavailable and Timeout are both 503: for a write, both mean that the outcome is unknown and the key settles it.
int StatusOf(ErrorCode code);

/// `error` as a problem. What an Internal one says stays inside: the client gets the request's id to name it by.
Response ToProblem(const Request& request, const Error& error);

}  // namespace demo::http
