#include <fmt/format.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <utility>
#include <vector>

#include "cache/hash.h"
#include "config/config.h"
#include "domain/random_data.h"
#include "http/admin_token.h"
#include "http/handlers/handlers.h"
#include "http/negotiation.h"
#include "http/pages/answer.h"
#include "http/pages/catalogue.h"
#include "http/pages/dashboard.h"
#include "http/pages/locale.h"
#include "http/query.h"
#include "http/route.h"
#include "store/store.h"

// What the pages' forms post to where there is no JavaScript. Each does what its API route does, through the same
// handler, and then leads back to the page, which says what was done.
namespace demo::http {
namespace {

constexpr int kMostAtOnce = 100;

struct FormAction {
  std::string name;
  Handler handler;
  bool admin = false;
};

std::string Field(const Request& request, std::string_view name) {
  if (!IsInUtf8(request.content_type, "application/x-www-form-urlencoded")) return {};
  return QueryParameter(request.body, name).value_or("");
}

std::string PageBehind(const Request& request) { return Field(request, "from") == "home" ? "/" : "/user-dashboard"; }

/// The request as the API's handler wants it: without the form.
Request WithoutForm(const Request& request) {
  Request plain = request;
  plain.body = {};
  plain.content_type = {};
  return plain;
}

bool Admits(const Request& request, const Services& services) {
  const AdminToken token(services.config.admin_token);
  return token.Admits(request.authorization) || token.Admits("Bearer " + Field(request, "token"));
}

/// What the form said, to be sent with it again; but not the token.
std::vector<std::pair<std::string, std::string>> FieldsOf(const Request& request) {
  std::vector<std::pair<std::string, std::string>> fields;
  for (const char* field : {"from", "confirm", "count", "key"}) {
    if (std::string value = Field(request, field); !value.empty()) fields.emplace_back(field, value);
  }
  return fields;
}

Response AskToken(const Request& request, const Services& services) {
  const pages::Frame frame = pages::FrameOf(request, services);
  const pages::Language language = frame.preferences.language;
  pages::ProblemView view = pages::ProblemViewOf(KindOf(401), language);
  // Who types into a form has no use for what the kind's own explanation says of headers.
  view.explanation = pages::Text(language, "js.token.advice");
  if (!Field(request, "token").empty()) view.title = pages::Text(language, "js.token.wrong");
  view.back = PageBehind(request);
  view.token_form = request.path;
  view.form_fields = FieldsOf(request);
  Response response = pages::Html(pages::RenderProblem(view, frame), view.status);
  response.headers.emplace_back("WWW-Authenticate", "Bearer");
  return response;
}

/// How far an action came, and under which key.
struct Attempt {
  std::string key;
  int times = 1;
  int done = 0;
};

/// What became of an action that was refused or failed, as a page. One whose outcome is not known can be sent again
/// from there with its key, and so is done once.
Response ShowFailure(const Request& request, const Services& services, const Result<Response>& outcome,
                     const Attempt& attempt) {
  const pages::Frame frame = pages::FrameOf(request, services);
  const pages::Language language = frame.preferences.language;
  pages::ProblemView view =
      outcome ? pages::ProblemViewOf(*outcome, language) : pages::ProblemViewOf(outcome.error(), language);
  view.back = PageBehind(request);
  if (attempt.times > 1) {
    const std::string count = pages::FormatInteger(language, attempt.times);
    view.before = pages::CountText(language, "done.before", attempt.done, {{"count", count}});
  }
  if (view.status >= 500) {
    view.again_form = request.path;
    view.form_fields = FieldsOf(request);
    std::erase_if(view.form_fields, [](const auto& field) { return field.first == "key"; });
    view.form_fields.emplace_back("key", attempt.key);
  }
  return pages::Html(pages::RenderProblem(view, frame), view.status);
}

/// The key that the request came with, or else one of its own.
std::string KeyOf(const Request& request) {
  if (request.idempotency_key.data() != nullptr) return std::string(request.idempotency_key);
  if (std::string key = Field(request, "key"); !key.empty()) return key;
  Random random = NewRandom();
  return fmt::format("form-{:016x}{:016x}", random.Next(), random.Next());
}

/// "&n=3&id=user_1", from what the API's handler answered.
std::string Findings(const Response& answer, int times) {
  const auto parsed = boost::json::parse(answer.body);
  const auto& members = parsed.as_object();
  std::string findings;
  if (const auto* migrated = members.if_contains("migrated_users")) {
    findings += "&n=" + std::to_string(migrated->to_number<std::int64_t>());
  } else {
    findings += "&n=" + std::to_string(times);
  }
  if (const auto* user = members.if_contains("user_id"); user != nullptr && times == 1) {
    findings += "&id=" + std::string(std::string_view(user->as_string()));
  }
  return findings;
}

/// Of the orders that one request places each has a key of its own, which is the same when the request comes again. The
/// first has the given one. The hash tells keys from each other that are too long for more than their beginning.
std::string KeyAt(std::string_view key, int index) {
  if (index == 0) return std::string(key);
  constexpr std::size_t kBeginning = 100;
  return fmt::format("{}#{:016x}#{}", key.substr(0, kBeginning), HashBytes(key), index);
}

int TimesIn(const Request& request) { return Field(request, "count") == std::to_string(kMostAtOnce) ? kMostAtOnce : 1; }

pages::Loss LossIn(Services& services) {
  const auto user = services.store.ListUsers({1, {}});
  const auto order = services.store.ListOrders({1, {}});
  const bool nothing = user && order && user->items.empty() && order->items.empty();
  return {pages::ReadingOf(services.store.CountAll(), services), nothing};
}

/// True where somebody has seen what `request` deletes and wants it, or there is nothing.
bool MayDelete(const Request& request, Services& services) {
  return Field(request, "confirm") == "yes" || LossIn(services).nothing;
}

Result<Response> Confirm(const Request& request, Services& services, const std::string& action) {
  if (auto change = pages::AnswerSwitch(request)) return *change;
  return pages::Html(pages::RenderConfirm(action, LossIn(services), pages::FrameOf(request, services)));
}

Result<Response> Act(const Request& request, Services& services, const FormAction& action) {
  if (action.admin && !Admits(request, services)) return AskToken(request, services);
  const int times = action.name == "random-order" ? TimesIn(request) : 1;
  Attempt attempt{KeyOf(request), times};
  Response last;
  for (; attempt.done < times; ++attempt.done) {
    Request plain = WithoutForm(request);
    const std::string key = KeyAt(attempt.key, attempt.done);
    plain.idempotency_key = key;
    auto answer = action.handler(plain, services);
    if (!answer || answer->status >= 400) return ShowFailure(request, services, answer, attempt);
    last = *std::move(answer);
  }
  Response response = pages::SeeOther(PageBehind(request) + "?done=" + action.name + Findings(last, times));
  response.changed_user = last.changed_user;
  return response;
}

}  // namespace

Result<Response> ActLoadSampleData(const Request& request, Services& services) {
  if (!MayDelete(request, services)) return pages::SeeOther("/actions/load-sample-data");
  return Act(request, services, {"load-sample-data", LoadSampleData, true});
}

Result<Response> ActRandomUser(const Request& request, Services& services) {
  return Act(request, services, {"random-user", RandomUser});
}

Result<Response> ActRandomOrder(const Request& request, Services& services) {
  return Act(request, services, {"random-order", RandomOrder});
}

Result<Response> ActRunMigration(const Request& request, Services& services) {
  return Act(request, services, {"run-migration", RunMigration, true});
}

Result<Response> ActClearCache(const Request& request, Services& services) {
  return Act(request, services, {"clear-cache", ClearCache, true});
}

Result<Response> ActClearData(const Request& request, Services& services) {
  if (!MayDelete(request, services)) return pages::SeeOther("/actions/clear-data");
  return Act(request, services, {"clear-data", ClearData, true});
}

Result<Response> ConfirmClearData(const Request& request, Services& services) {
  return Confirm(request, services, "clear-data");
}

Result<Response> ConfirmLoadSampleData(const Request& request, Services& services) {
  return Confirm(request, services, "load-sample-data");
}

}  // namespace demo::http
