#include "http/answers.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/clock.h"
#include "base/number.h"
#include "http/problem.h"
#include "http/query.h"

namespace demo::http {

void WriteUser(JsonWriter& json, const UserSummary& summary) {
  const User& user = summary.user;
  json.BeginObject();
  json.Key("user_id").String(user.user_id).Key("name").String(user.name).Key("email").String(user.email);
  json.Key("country").String(user.country).Key("order_count").Number(summary.order_count);
  json.Key("total_spent").Raw(summary.total_spent.ToString());
  if (user.created_at) json.Key("created_at").String(FormatUtc(*user.created_at));
  if (user.schema_version) json.Key("schema_version").Number(*user.schema_version);
  json.EndObject();
}

void WriteOrder(JsonWriter& json, const Order& order) {
  json.BeginObject();
  json.Key("order_id").String(order.order_id).Key("user_id").String(order.user_id);
  json.Key("user_name").String(order.user_name).Key("amount").Raw(order.amount.ToString());
  json.Key("created_at").String(FormatUtc(order.created_at)).EndObject();
}

Response Json(JsonWriter&& json) {
  Response response;
  response.body = std::move(json).Take();
  return response;
}

Response Message(std::string_view message) {
  JsonWriter json;
  json.BeginObject().Key("message").String(message).EndObject();
  return Json(std::move(json));
}

Response Created(std::string location, JsonWriter&& json) {
  Response response = Json(std::move(json));
  response.status = 201;
  response.headers.emplace_back("Location", std::move(location));
  return response;
}

Response Refuse(const Request& request, const BodyError& error) {
  Response problem = Problem(request, error.status, error.detail);
  if (error.status != 415) return problem;
  problem.headers.emplace_back("Accept", "application/json");
  if (request.method == Method::kPost) problem.headers.emplace_back("Accept-Post", "application/json");
  return problem;
}

Result<PageRequest> ReadPage(const Request& request) {
  PageRequest page;
  if (const auto limit = QueryParameter(request.query, "limit")) {
    const auto number = ReadNumber(*limit, 1, kMostInPage);
    if (!number) return FailFields({{"limit", "must be a number from 1 to 1000"}});
    page.limit = *number;
  }
  page.cursor = QueryParameter(request.query, "cursor").value_or("");
  return page;
}

std::string LinkToNext(const Request& request, int limit, std::string_view cursor) {
  return fmt::format("<{}?limit={}&cursor={}>; rel=\"next\"", request.path, limit, cursor);
}

Result<IdempotencyKey> ReadKey(const Request& request, std::initializer_list<std::string_view> asks) {
  const std::string_view key = request.idempotency_key;
  if (key.data() == nullptr) return IdempotencyKey{};
  const bool visible = std::ranges::all_of(key, [](unsigned char c) { return c > 0x20 && c < 0x7F; });
  if (key.empty() || key.size() > 128 || !visible) {
    return FailFields({{"Idempotency-Key", "must be 1 to 128 visible ASCII characters"}});
  }
  std::string fingerprint = fmt::format("{} {}", ToString(request.method), request.path);
  for (const std::string_view ask : asks) fingerprint.append("\n").append(ask);
  return IdempotencyKey{std::string(key), std::move(fingerprint)};
}

std::optional<Result<Response>> RefuseBody(const Request& request) {
  if (request.body.empty()) return std::nullopt;
  const auto body = ReadJsonObject(request);
  if (!body) return Refuse(request, body.error());
  if (const auto empty = body->Finish(); !empty) return Fail(empty.error());
  return std::nullopt;
}

}  // namespace demo::http
