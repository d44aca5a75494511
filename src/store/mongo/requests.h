#pragma once

#include <optional>
#include <string_view>

#include "mongo/connection.h"
#include "store/store.h"

namespace demo::mongo {

/// The record of one request: `answer` holds what the request needs to be carried out beside what it says itself, its
/// ids and times chosen beforehand, so that the same request can complete what another process began.
struct Record {
  bool ended = false;  ///< It is not to be carried out (again): it was, or what it inserted was cleared since.
  Document answer{};
  Document result{};  ///< What EndRequest added.
  bool mine = false;  ///< This call recorded it: nobody else can have carried it out.
};

/// Records `key` with `answer`, or finds what was recorded first. Afterwards a record stands, and it is the same for
/// all who ask. Errors: Invalid (recorded for another fingerprint or kind).
Result<Record> Claim(Connection& connection, const IdempotencyKey& key, std::string_view kind, const Document& answer);
/// What is recorded of `key`, if anything; nothing for the empty key. Errors: Invalid, as Claim.
Result<std::optional<Record>> FindRecord(Connection& connection, const IdempotencyKey& key, std::string_view kind);

/// Marks the record of `key` as ended and adds `result` to it, unless somebody has; returns the result that stands.
Result<Document> EndRequest(Connection& connection, const IdempotencyKey& key, const Document& result);
/// Marks every request that inserts a user or an order as ended, and removes from its record what it asked: what it
/// inserted is about to be cleared.
Result<void> EndInsertions(Connection& connection);

}  // namespace demo::mongo
