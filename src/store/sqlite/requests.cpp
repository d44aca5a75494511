#include "store/sqlite/requests.h"

#include <charconv>
#include <chrono>

#include "base/clock.h"
#include "store/sqlite/queries.h"
#include "store/sqlite/reads.h"

namespace demo::sqlite {
namespace {

// The promise is 24 h; the two more keep it when the wall clock, by which records must be dated, is set by an hour.
constexpr std::chrono::milliseconds kRetention = std::chrono::hours(26);

template <typename T>
Result<T> ThereOrCleared(Result<T> found) {
  if (!found && found.error().code == ErrorCode::kNotFound) return ClearedSince();
  return found;
}

}  // namespace

std::string Kept(const User& user) { return user.user_id; }
std::string Kept(const Order& order) { return order.order_id; }
std::string Kept(std::int64_t number) { return std::to_string(number); }
std::string Kept(const Nothing& /*nothing*/) { return {}; }

template <>
Result<User> AnswerAgain(Connection& connection, const std::string& kept) {
  return ThereOrCleared(UserById(connection, kept));
}

template <>
Result<Order> AnswerAgain(Connection& connection, const std::string& kept) {
  return ThereOrCleared(OrderById(connection, kept));
}

template <>
Result<std::int64_t> AnswerAgain(Connection& /*connection*/, const std::string& kept) {
  std::int64_t number = 0;
  if (std::from_chars(kept.data(), kept.data() + kept.size(), number).ec == std::errc()) return number;
  return Fail(ErrorCode::kInternal, "The record of this Idempotency-Key cannot be read.");
}

template <>
Result<Nothing> AnswerAgain(Connection& /*connection*/, const std::string& /*kept*/) {
  return Nothing();
}

Result<std::optional<std::string>> FindRequest(Connection& connection, const IdempotencyKey& key,
                                               std::string_view kind) {
  Query query = connection.Prepare(queries::kFindRequest);
  query.Bind(key.key);
  const bool found = query.Next();
  if (auto done = query.Finish(); !done) return Fail(done.error());
  if (!found) return std::nullopt;
  if (query.Text(1) != kind) return UsedForAnother();
  const std::string digest = query.Text(0);
  if (digest.empty()) return ClearedSince();
  if (digest != DigestOf(key)) return UsedForAnother();
  return query.Text(2);
}

Result<void> RecordRequest(Connection& connection, const IdempotencyKey& key, std::string_view kind,
                           std::string_view kept) {
  const std::string digest = DigestOf(key);
  Query query = connection.Prepare(queries::kInsertRequest);
  query.Bind(key.key, digest, kind, kept, WallClockNow());
  return query.Run();
}

Result<void> ForgetOldRequests(Connection& connection) {
  Query query = connection.Prepare(queries::kForgetRequests);
  query.Bind(WallClockNow() - kRetention.count());
  return query.Run();
}

Result<void> ClearRequests(Connection& connection) { return connection.Prepare(queries::kClearRequests).Run(); }

}  // namespace demo::sqlite
