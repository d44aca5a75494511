#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "store/sqlite/answer.h"
#include "store/sqlite/connection.h"
#include "store/store.h"

namespace demo::sqlite {

/// The recorded answer to `key`; nothing when it is new. Errors: Invalid (recorded for another fingerprint or kind).
Result<std::optional<std::string>> FindAnswer(Connection& connection, const IdempotencyKey& key, std::string_view kind);
Result<void> RecordAnswer(Connection& connection, const IdempotencyKey& key, std::string_view kind,
                          std::string_view answer);

/// Removes a few of the records that are older than the store promises to keep them.
Result<void> ForgetOldRequests(Connection& connection);

/// Runs `operation` and records its answer under `key`, or returns the answer that is recorded; in one transaction, so
/// that there is never one without the other. `kind` names the operation.
template <typename T>
Result<T> Once(Connection& connection, const IdempotencyKey& key, std::string_view kind,
               const std::function<Result<T>(Connection&)>& operation) {
  if (key.key.empty()) return operation(connection);
  const auto recorded = FindAnswer(connection, key, kind);
  if (!recorded) return Fail(recorded.error());
  if (*recorded) {
    auto answer = Decode<T>(**recorded);
    if (!answer) return Fail(ErrorCode::kInternal, "The recorded answer to this Idempotency-Key cannot be read.");
    return *std::move(answer);
  }
  auto result = operation(connection);
  if (!result) return result;
  if (auto stored = RecordAnswer(connection, key, kind, Encode(*result)); !stored) return Fail(stored.error());
  return result;
}

}  // namespace demo::sqlite
