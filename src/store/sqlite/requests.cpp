#include "store/sqlite/requests.h"

#include <chrono>

#include "base/clock.h"
#include "store/sqlite/queries.h"

namespace demo::sqlite {
namespace {

// The promise is 24 h; the two more keep it when the wall clock, by which records must be dated, is set by an hour.
constexpr std::chrono::milliseconds kRetention = std::chrono::hours(26);

std::unexpected<Error> UsedForAnother() {
  return Fail(Error{ErrorCode::kInvalid,
                    "The Idempotency-Key was used for another request.",
                    {{"Idempotency-Key", "was used for another request"}}});
}

}  // namespace

Result<std::optional<std::string>> FindAnswer(Connection& connection, const IdempotencyKey& key,
                                              std::string_view kind) {
  Query query = connection.Prepare(queries::kFindRequest);
  query.Bind(key.key);
  const bool found = query.Next();
  if (auto done = query.Finish(); !done) return Fail(done.error());
  if (!found) return std::nullopt;
  if (query.Text(0) != key.fingerprint || query.Text(1) != kind) return UsedForAnother();
  return query.Text(2);
}

Result<void> RecordAnswer(Connection& connection, const IdempotencyKey& key, std::string_view kind,
                          std::string_view answer) {
  Query query = connection.Prepare(queries::kInsertRequest);
  query.Bind(key.key, key.fingerprint, kind, answer, WallClockNow());
  return query.Run();
}

Result<void> ForgetOldRequests(Connection& connection) {
  Query query = connection.Prepare(queries::kForgetRequests);
  query.Bind(WallClockNow() - kRetention.count());
  return query.Run();
}

}  // namespace demo::sqlite
