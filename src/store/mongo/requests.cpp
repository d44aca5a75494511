#include "store/mongo/requests.h"

#include <chrono>
#include <string>
#include <thread>

#include "base/clock.h"
#include "mongo/collections.h"
#include "mongo/fields.h"
#include "store/mongo/kinds.h"
#include "store/mongo/sums.h"
#include "store/request_record.h"

namespace demo::mongo {
namespace {

Result<Record> ToRecord(const View& document, const IdempotencyKey& key, std::string_view kind) {
  Fields fields(kRequests, document);
  const bool is_same_kind = fields.Text("kind") == kind;
  // Absent once what it was about was cleared. The first version recorded what was asked as it is.
  const std::string asked = document.Has("fingerprint") ? fields.Text("fingerprint") : DigestOf(key);
  Record record{fields.BoolIfAny("ended"), fields.ObjectIfAny("answer"), fields.ObjectIfAny("result")};
  if (auto done = fields.Done(); !done) return Fail(done.error());
  if (!is_same_kind || (asked != DigestOf(key) && asked != key.fingerprint)) return UsedForAnother();
  return record;
}

}  // namespace

Result<Record> Claim(Connection& connection, const IdempotencyKey& key, std::string_view kind, const Document& answer) {
  Document record;
  record.Add("_id", key.key).Add("fingerprint", DigestOf(key)).Add("kind", kind);
  record.Add("at", Date{WallClockNow()}).Add("answer", answer);
  while (true) {
    const auto inserted = connection.Insert(kRequests, record);
    if (!inserted) return Fail(inserted.error());
    if (*inserted) return Record{false, Document(answer.get()), {}, true};
    auto found = FindRecord(connection, key, kind);
    if (!found) return Fail(found.error());
    if (*found) return **std::move(found);
    // It is on the primary but not yet known of a majority, or it has just expired. Insert ends this at the deadline.
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

Result<std::optional<Record>> FindRecord(Connection& connection, const IdempotencyKey& key, std::string_view kind) {
  if (key.key.empty()) return std::nullopt;
  const auto found = connection.FindOne(kRequests, Doc("_id", key.key));
  if (!found) return Fail(found.error());
  if (!*found) return std::nullopt;
  auto record = ToRecord((*found)->view(), key, kind);
  if (!record) return Fail(record.error());
  return std::optional(*std::move(record));
}

Result<Document> EndRequest(Connection& connection, const IdempotencyKey& key, const Document& result) {
  Document open = Doc("_id", key.key);
  open.Add("ended", Doc("$ne", true));
  Document set = Doc("ended", true);
  set.Add("result", result);
  const auto updated = connection.UpdateOne(kRequests, open, Doc("$set", set));
  if (!updated) return Fail(updated.error());
  if (updated->matched == 1) return Document(result.get());
  const auto found = connection.FindOne(kRequests, Doc("_id", key.key));
  if (!found) return Fail(found.error());
  if (!*found) return Document(result.get());
  Fields fields(kRequests, (*found)->view());
  return fields.Done(fields.Object("result"));
}

Result<void> EndInsertions(Connection& connection) {
  Document open = IsOneOf("kind", kInsertions);
  open.Add("fingerprint", Doc("$exists", true));
  Document asked = Doc("fingerprint", "");
  for (const char* const member : {"name", "email", "country", "user_name"}) {  // the first version recorded them
    asked.Add(std::string("answer.") + member, "");
  }
  Document update = Doc("$set", Doc("ended", true));
  update.Add("$unset", asked);
  const auto updated = connection.UpdateMany(kRequests, open, update);
  if (!updated) return Fail(updated.error());
  return {};
}

}  // namespace demo::mongo
