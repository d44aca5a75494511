#include "http/pages/answer.h"

#include <algorithm>
#include <boost/json/parse.hpp>

#include "base/build_info.h"
#include "base/number.h"
#include "config/config.h"
#include "http/error_map.h"
#include "http/pages/assets.h"
#include "http/pages/catalogue.h"
#include "http/pages/template.h"
#include "http/problem.h"
#include "http/query.h"
#include "service/health.h"

namespace demo::http::pages {
namespace {

constexpr long long kMostDone = 1'000'000'000'000;

long long CountIn(std::string_view text) { return ReadNumber(text, 0LL, kMostDone).value_or(0); }

}  // namespace

Frame FrameOf(const Request& request, const Services& services) {
  return {PreferencesOf(request),   std::string(request.target),      services.config.environment,
          services.config.instance, std::string(ThisBuild().version), !services.config.admin_token.empty()};
}

Response Html(std::string page, int status) {
  Response response;
  response.status = status;
  response.content_type = "text/html";
  response.body = std::move(page);
  if (status == 503) response.headers.emplace_back("Retry-After", "1");
  return response;
}

Response SeeOther(std::string location) {
  Response response;
  response.status = 303;
  response.headers.emplace_back("Location", std::move(location));
  return response;
}

std::optional<Response> AnswerSwitch(const Request& request) {
  const auto change = SwitchOf(request);
  if (!change) return std::nullopt;
  Response response = SeeOther(change->location);
  response.headers.emplace_back("Set-Cookie", change->set_cookie);
  return response;
}

ProblemView ProblemViewOf(const ProblemKind& kind, Language language) {
  const bool french = language == Language::kFrench;
  ProblemView view;
  view.kind = kind.name;
  view.status = kind.status;
  view.title = french ? kind.title_fr : kind.title;
  view.explanation = french ? kind.explanation_fr : kind.explanation;
  return view;
}

ProblemView ProblemViewOf(const Response& problem, Language language) {
  const auto members = boost::json::parse(problem.body).as_object();
  constexpr std::string_view kKinds = "/problems/";
  const std::string_view type = members.at("type").as_string();
  ProblemView view = ProblemViewOf(*FindKind(type.substr(kKinds.size())), language);
  view.status = problem.status;
  view.detail = members.at("detail").as_string();
  if (const auto* fields = members.if_contains("errors")) {
    for (const auto& field : fields->as_array()) {
      view.fields.push_back({std::string(std::string_view(field.at("field").as_string())),
                             std::string(std::string_view(field.at("reason").as_string()))});
    }
  }
  return view;
}

Response AsPage(const Request& request, const Services& services, const Response& problem) {
  Frame frame = FrameOf(request, services);
  frame.target = "/";  // its own address may lead nowhere, or, beginning with "//", to another host
  Response page = Html(RenderProblem(ProblemViewOf(problem, frame.preferences.language), frame), problem.status);
  page.headers = problem.headers;
  page.changed_user = problem.changed_user;
  return page;
}

ProblemView ProblemViewOf(const Error& error, Language language) {
  ProblemView view = ProblemViewOf(KindOf(StatusOf(error.code)), language);
  // What an internal error says stays inside, as everywhere.
  if (error.code != ErrorCode::kInternal) view.detail = error.message;
  view.fields = error.fields;
  return view;
}

Response ErrorPage(const Request& request, const Services& services, const Error& error, const std::string& back) {
  const Frame frame = FrameOf(request, services);
  ProblemView view = ProblemViewOf(error, frame.preferences.language);
  view.back = back;
  return Html(RenderProblem(view, frame), view.status);
}

Response BusyPage(Language language) {
  const ProblemView view = ProblemViewOf(KindOf(503), language);
  return Html(Fill("busy", language,
                   MakeData({{"lang", std::string(Code(language))},
                             {"title", view.title},
                             {"explanation", view.explanation},
                             {"css_url", AssetUrl("app.css")}})),
              503);
}

Response WrongPlacePage(const Request& request, const Services& services, std::string_view parameter,
                        const std::string& back) {
  constexpr std::size_t kShown = 60;
  const Frame frame = FrameOf(request, services);
  const Language language = frame.preferences.language;
  std::string value = QueryParameter(request.query, parameter).value_or("");
  if (value.size() > kShown) {
    std::size_t end = kShown;
    while (end > 0 && (static_cast<unsigned char>(value[end]) & 0xC0U) == 0x80U) --end;
    value = value.substr(0, end) + "\u2026";
  }
  ProblemView view = ProblemViewOf(KindOf(422), language);
  view.detail = Text(language, "place.wrong", {{"parameter", parameter}, {"value", value}});
  view.own_words = true;
  view.explanation = Text(language, "place.advice");
  view.back = back;
  return Html(RenderProblem(view, frame), view.status);
}

Done DoneOf(const Request& request) {
  Done done;
  done.action = QueryParameter(request.query, "done").value_or("");
  done.count = CountIn(QueryParameter(request.query, "n").value_or(""));
  const std::string id = QueryParameter(request.query, "id").value_or("");
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  if (id.size() <= 64 && std::ranges::all_of(id, plain)) done.user_id = id;
  return done;
}

UnixMillis StoreSilentSince(const Services& services) {
  const Readiness readiness = services.health.Current();
  for (const HealthCheck& check : readiness.checks) {
    if (!check.ok) return check.since;
  }
  return WallClockNow();
}

}  // namespace demo::http::pages
