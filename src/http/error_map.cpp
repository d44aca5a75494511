#include "http/error_map.h"

#include <fmt/format.h>

#include "http/problem.h"

namespace demo::http {

int StatusOf(ErrorCode code) {
  switch (code) {
    case ErrorCode::kNotFound:
      return 404;
    case ErrorCode::kConflict:
      return 409;
    case ErrorCode::kInvalid:
      return 422;
    case ErrorCode::kUnavailable:
    case ErrorCode::kTimeout:
      return 503;
    case ErrorCode::kInternal:
      return 500;
  }
  return 500;
}

Response ToProblem(const Request& request, const Error& error) {
  if (error.code != ErrorCode::kInternal) return Problem(request, StatusOf(error.code), error);
  return Problem(request, 500, fmt::format("A fault of the service; its log has the cause under {:016x}.", request.id));
}

}  // namespace demo::http
