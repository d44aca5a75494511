#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/request_memory.h"
#include "base/result.h"
#include "domain/model.h"
#include "http/json_body.h"
#include "http/request.h"
#include "http/response.h"
#include "store/store.h"

namespace demo::http {

void WriteUser(JsonWriter& json, const UserSummary& user);
void WriteOrder(JsonWriter& json, const Order& order);

Response Json(JsonWriter&& json);
/// {"message": ...}
Response Message(std::string_view message);
/// 201 with Location.
Response Created(std::string location, JsonWriter&& json);
/// 400, or 415 with what is taken, as the body's error says.
Response Refuse(const Request& request, const BodyError& error);

/// The page that `limit` and `cursor` of the query ask for. Errors: Invalid (limit is no number from 1 to 1000).
Result<PageRequest> ReadPage(const Request& request);

/// A page as a JSON array, with the way to the next one in a Link header (RFC 8288) where there is one.
/// Errors: Unavailable (there is no memory for it now).
template <typename T>
Result<Response> List(const Request& request, const PageRequest& asked, const Page<T>& page,
                      void (*write)(JsonWriter&, const T&));

/// The key of a request that may arrive more than once, made of its Idempotency-Key header, and what it `asks`, so that
/// another question under the same key is noticed. Errors: Invalid (not 1 to 128 visible ASCII characters).
Result<IdempotencyKey> ReadKey(const Request& request, std::initializer_list<std::string_view> asks = {});

/// For requests that take nothing: no body, or an empty JSON object. Nothing where all is well.
std::optional<Result<Response>> RefuseBody(const Request& request);

std::string LinkToNext(const Request& request, int limit, std::string_view cursor);

template <typename T>
Result<Response> List(const Request& request, const PageRequest& asked, const Page<T>& page,
                      void (*write)(JsonWriter&, const T&)) {
  // Three texts of 200 characters, of which each may be escaped to six bytes, and the rest.
  constexpr std::size_t kLongestRecord = 4 * 1024;
  std::size_t expected = kLongestRecord;
  for (const T& item : page.items) expected += HeldBytes(item);
  JsonWriter json;
  if (!json.MakeRoom(expected)) return request_memory::NoRoom();
  json.BeginArray();
  for (const T& item : page.items) {
    if (!json.MakeRoom(kLongestRecord)) return request_memory::NoRoom();
    write(json, item);
  }
  json.EndArray();
  Response response = Json(std::move(json));
  if (!page.next_cursor.empty()) {
    response.headers.emplace_back("Link", LinkToNext(request, asked.limit, page.next_cursor));
  }
  return response;
}

}  // namespace demo::http
