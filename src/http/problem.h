#pragma once

#include <span>
#include <string_view>

#include "base/result.h"
#include "http/request.h"
#include "http/response.h"

namespace demo {
struct Services;
}

namespace demo::http {

inline constexpr std::string_view kProblemType = "application/problem+json";

/// A kind of failure, as "/problems/{name}" explains it to a person.
struct ProblemKind {
  int status;
  std::string_view name;   ///< "not-found".
  std::string_view title;  ///< The same for each occurrence, as RFC 9457 wants it.
  std::string_view explanation;
  std::string_view title_fr;
  std::string_view explanation_fr;
};

/// Every kind there is.
std::span<const ProblemKind> ProblemKinds();
/// The first kind for `status`; for one that has none, the kind of 500.
const ProblemKind& KindOf(int status);
/// Null where there is none of this name.
const ProblemKind* FindKind(std::string_view name);

/// An answer of application/problem+json (RFC 9457). `detail` is one sentence for a person, what went wrong this time;
/// the member "error" repeats it for old clients, and "instance" is the path, or "#" and the request's id where no
/// target could be read. 429 and 503 carry Retry-After. Any bytes may stand in `detail`.
Response Problem(const Request& request, int status, std::string_view detail);

/// As above, of the kind of `error`'s code (`status`), with its fields as "errors", and as "more_errors" how many
/// others.
Response Problem(const Request& request, int status, const Error& error);

/// As above, of the kind of this name, which there must be.
Response Problem(const Request& request, std::string_view kind, std::string_view detail);

/// As above, for whoever adds "instance" later.
Response Problem(int status, std::string_view detail);

/// GET /problems/{name}: the explanation as a page, or as JSON for whoever does not ask for HTML.
Result<Response> ExplainProblem(const Request& request, Services& services);

}  // namespace demo::http
