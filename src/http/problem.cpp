#include "http/problem.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "base/json.h"
#include "http/negotiation.h"
#include "http/pages/answer.h"

namespace demo::http {
namespace {

constexpr std::string_view kRetryAfterSeconds = "1";
// Of an explanation, which is a page for those that prefer one.
constexpr std::string_view kVary = "Accept, Accept-Language, Cookie";

/// What a problem happened to: the path, or the request where no path could be read.
std::string InstanceOf(const Request& request) {
  return request.path.empty() ? fmt::format("#{:016x}", request.id) : std::string(request.path);
}

Response Render(const ProblemKind& kind, int status, std::string_view detail, std::string_view instance,
                const Error& error = {}) {
  JsonWriter json;
  json.BeginObject().Key("type").String("/problems/" + std::string(kind.name)).Key("title").String(kind.title);
  json.Key("status").Number(status).Key("detail").String(detail);
  if (!instance.empty()) json.Key("instance").String(instance);
  json.Key("error").String(detail);
  if (!error.fields.empty()) {
    json.Key("errors").BeginArray();
    for (const FieldError& field : error.fields) {
      json.BeginObject().Key("field").String(field.field).Key("reason").String(field.reason).EndObject();
    }
    json.EndArray();
  }
  if (error.more_fields > 0) json.Key("more_errors").Number(static_cast<long long>(error.more_fields));
  json.EndObject();

  Response response;
  response.status = status;
  response.content_type = kProblemType;
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

const ProblemKind* FindKind(std::string_view name) {
  const auto kinds = ProblemKinds();
  const auto found = std::ranges::find(kinds, name, &ProblemKind::name);
  return found != kinds.end() ? &*found : nullptr;
}

Response Problem(const Request& request, int status, std::string_view detail) {
  return Render(KindOf(status), status, detail, InstanceOf(request));
}

Response Problem(const Request& request, int status, const Error& error) {
  return Render(KindOf(status), status, error.message, InstanceOf(request), error);
}

Response Problem(const Request& request, std::string_view kind, std::string_view detail) {
  const ProblemKind& found = *FindKind(kind);
  return Render(found, found.status, detail, InstanceOf(request));
}

Response Problem(int status, std::string_view detail) { return Render(KindOf(status), status, detail, {}); }

Result<Response> ExplainProblem(const Request& request, Services& services) {
  const ProblemKind* kind = FindKind(request.params[0]);
  if (kind == nullptr) return Fail(ErrorCode::kNotFound, "There is no kind of problem of this name.");
  if (!PrefersHtml(request.accept)) {
    Response response;
    response.body = ExplainAsJson(*kind);
    response.headers.emplace_back("Vary", kVary);
    return response;
  }
  if (auto change = pages::AnswerSwitch(request)) return *change;
  const pages::Frame frame = pages::FrameOf(request, services);
  Response page = pages::Html(pages::RenderProblem(pages::ProblemViewOf(*kind, frame.preferences.language), frame));
  page.headers.emplace_back("Vary", kVary);
  return page;
}

}  // namespace demo::http
