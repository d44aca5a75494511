#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "store/request_record.h"
#include "store/sqlite/connection.h"
#include "store/sqlite/writes.h"
#include "store/store.h"

namespace demo::sqlite {

/// What the record of a request keeps of its answer: an id or a number, from which the answer is made again. Pure.
std::string Kept(const User& user);
std::string Kept(const Order& order);
std::string Kept(std::int64_t number);
std::string Kept(const Nothing& nothing);

/// The answer of which `kept` is kept. Errors: Conflict (what it was about has been cleared).
template <typename T>
Result<T> AnswerAgain(Connection& connection, const std::string& kept);

/// What is kept of the answer to `key`; nothing when it is new. Errors: Invalid (recorded for another fingerprint or
/// kind), Conflict (what was asked has been cleared).
Result<std::optional<std::string>> FindRequest(Connection& connection, const IdempotencyKey& key,
                                               std::string_view kind);
Result<void> RecordRequest(Connection& connection, const IdempotencyKey& key, std::string_view kind,
                           std::string_view kept);

/// Removes a few of the records that are older than the store promises to keep them.
Result<void> ForgetOldRequests(Connection& connection);
/// Removes what the records of added users and orders say about what was asked: it goes with the data.
Result<void> ClearRequests(Connection& connection);

/// Runs `operation` and records its answer under `key`, or gives the answer that is recorded; in one transaction, so
/// that there is never one without the other. `kind` names the operation.
template <typename T>
Result<T> Once(Connection& connection, const IdempotencyKey& key, std::string_view kind,
               const std::function<Result<T>(Connection&)>& operation) {
  if (key.key.empty()) return operation(connection);
  const auto recorded = FindRequest(connection, key, kind);
  if (!recorded) return Fail(recorded.error());
  if (*recorded) return AnswerAgain<T>(connection, **recorded);
  auto result = operation(connection);
  if (!result) return result;
  if (auto stored = RecordRequest(connection, key, kind, Kept(*result)); !stored) return Fail(stored.error());
  return result;
}

}  // namespace demo::sqlite
