#include "http/problem.h"

#include <algorithm>
#include <string>

#include "base/json.h"
#include "http/pages/answer.h"

namespace demo::http {
namespace {

constexpr std::string_view kRetryAfterSeconds = "1";

Response Render(const ProblemKind& kind, int status, std::string_view detail, std::string_view instance,
                std::span<const FieldError> fields) {
  JsonWriter json;
  json.BeginObject().Key("type").String("/problems/" + std::string(kind.name)).Key("title").String(kind.title);
  json.Key("status").Number(status).Key("detail").String(detail);
  if (!instance.empty()) json.Key("instance").String(instance);
  json.Key("error").String(detail);
  if (!fields.empty()) {
    json.Key("errors").BeginArray();
    for (const FieldError& field : fields) {
      json.BeginObject().Key("field").String(field.field).Key("reason").String(field.reason).EndObject();
    }
    json.EndArray();
  }
  json.EndObject();

  Response response;
  response.status = status;
  response.content_type = "application/problem+json";
  response.body = std::move(json).Take();
  if (status == 429 || status == 503) response.headers.emplace_back("Retry-After", kRetryAfterSeconds);
  return response;
}

std::string ExplainAsJson(const ProblemKind& kind) {
  JsonWriter json;
  json.BeginObject().Key("type").String("/problems/" + std::string(kind.name)).Key("title").String(kind.title);
  json.Key("status").Number(kind.status).Key("explanation").String(kind.explanation).EndObject();
  return std::move(json).Take();
}

}  // namespace

const ProblemKind& KindOf(int status) {
  const auto kinds = ProblemKinds();
  const auto found = std::ranges::find(kinds, status, &ProblemKind::status);
  return found != kinds.end() ? *found : *std::ranges::find(kinds, 500, &ProblemKind::status);
}

Response Problem(const Request& request, int status, std::string_view detail, std::span<const FieldError> fields) {
  return Render(KindOf(status), status, detail, request.path, fields);
}

Response Problem(int status, std::string_view detail) { return Render(KindOf(status), status, detail, {}, {}); }

Result<Response> ExplainProblem(const Request& request, Services& services) {
  const auto kinds = ProblemKinds();
  const auto kind = std::ranges::find(kinds, std::string_view(request.params[0]), &ProblemKind::name);
  if (kind == kinds.end()) return Fail(ErrorCode::kNotFound, "There is no kind of problem of this name.");
  if (request.accept.find("text/html") == std::string_view::npos) {
    Response response;
    response.body = ExplainAsJson(*kind);
    return response;
  }
  if (auto change = pages::AnswerSwitch(request)) return *change;
  const pages::Frame frame = pages::FrameOf(request, services);
  return pages::Html(pages::RenderProblem(pages::ProblemViewOf(kind->status, frame.preferences.language), frame));
}

}  // namespace demo::http
