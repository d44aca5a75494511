#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "http/pages/page.h"
#include "http/pages/problem_page.h"
#include "http/problem.h"
#include "http/request.h"
#include "http/response.h"
#include "service/services.h"

namespace demo::http::pages {

Frame FrameOf(const Request& request, const Services& services);

Response Html(std::string page, int status = 200);

/// 303 to a page of this site.
Response SeeOther(std::string location);

/// When the query asks for another language or theme: the answer that keeps it in a cookie and leads back.
std::optional<Response> AnswerSwitch(const Request& request);

/// A kind of problem in the reader's language, ready for RenderProblem.
ProblemView ProblemViewOf(const ProblemKind& kind, Language language);

/// The same of `problem`, as Problem made it.
ProblemView ProblemViewOf(const Response& problem, Language language);

/// `problem`, as Problem made it, as a page with its headers.
Response AsPage(const Request& request, const Services& services, const Response& problem);

/// `error` in the reader's language, as far as the service's own words go.
ProblemView ProblemViewOf(const Error& error, Language language);

/// `error` as a page, with the status that the API would answer.
Response ErrorPage(const Request& request, const Services& services, const Error& error, const std::string& back);

/// Where a list's page of an address, "?users=zzz", is none that the list has given: 422, which names that parameter.
Response WrongPlacePage(const Request& request, const Services& services, std::string_view parameter,
                        const std::string& back);

/// "Not at this moment" as a page of a few hundred bytes without a frame: for a service that has more to do than it
/// can.
Response BusyPage(Language language);

/// What the redirection after a form's action says in its query: done, n and id. Unknown values come out empty.
Done DoneOf(const Request& request);

/// Since when the store cannot be read, as the health monitor saw it; now, where it has not noticed.
UnixMillis StoreSilentSince(const Services& services);

/// `result`'s value, or since when it is unknown. NotFound and Invalid are no failure to read, and are the caller's.
template <typename T>
Reading<T> ReadingOf(Result<T> result, const Services& services) {
  if (!result) return std::unexpected(StoreSilentSince(services));
  return *std::move(result);
}

}  // namespace demo::http::pages
