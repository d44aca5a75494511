#include "store/mongo/writes.h"

#include <algorithm>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "base/ulid.h"
#include "mongo/collections.h"
#include "mongo/fields.h"
#include "store/mongo/kinds.h"
#include "store/mongo/reads.h"
#include "store/mongo/records.h"
#include "store/mongo/requests.h"
#include "store/request_record.h"

namespace demo::mongo {
namespace {

/// What one command carries at most: some hundred milliseconds of work for a server.
constexpr std::size_t kDocumentsAtOnce = 1000;

/// Of what a request's record keeps.
Result<std::string> SeqOf(const View& answer) {
  Fields fields(kRequests, answer);
  return fields.Done(fields.Position("seq"));
}

Result<std::int64_t> CountOf(const View& counted) {
  Fields fields(kRequests, counted);
  return fields.Done(fields.Int("count"));
}

/// The document that `record` claims, as it is stored; inserted as `document` where it is not there yet. Errors:
/// Conflict (it was there, and has been cleared).
Result<Document> Complete(Connection& connection, const Record& record, std::string_view collection,
                          const Document& identity, const Document& document) {
  for (bool first = record.mine;; first = false) {
    if (!first) {
      auto stored = connection.FindOne(collection, identity);
      if (!stored) return Fail(stored.error());
      if (*stored) return **std::move(stored);
      if (record.ended) return ClearedSince();
    }
    const auto inserted = connection.Insert(collection, document);
    if (!inserted) return Fail(inserted.error());
    if (*inserted) return Document(document.get());
    // Another has inserted it meanwhile, perhaps with other names. Insert ends this at the deadline.
  }
}

Result<Order> PlaceOrderOf(Connection& connection, const UserName& user, Money amount, const IdempotencyKey& key,
                           std::string_view kind) {
  const Order mine{"order_" + NewUlid(), user.user_id, user.name, amount, WallClockNow()};
  const Document document = ToDocument(mine, NewUlid());
  if (key.key.empty()) {
    if (auto inserted = connection.Insert(kOrders, document); !inserted) return Fail(inserted.error());
    return mine;
  }
  const auto record = Claim(connection, key, kind, document);
  if (!record) return Fail(record.error());
  auto order = ToOrder(record->answer.view());
  if (!order) return order;
  const auto seq = SeqOf(record->answer.view());
  if (!seq) return Fail(seq.error());
  std::string name = user.name;
  if (order->user_id != user.user_id) {
    auto names = FindNames(connection, std::span(&order->user_id, 1));
    if (!names) return Fail(names.error());
    if (names->empty()) return ClearedSince();
    name = std::move(names->begin()->second);
  }
  Document identity = Doc("_id", order->order_id);
  identity.Add("user_id", order->user_id);  // the shard key
  const auto stored = Complete(connection, *record, kOrders, identity, ToDocument(*order, *seq));
  if (!stored) return Fail(stored.error());
  order = ToOrder(stored->view());
  if (order) order->user_name = std::move(name);
  return order;
}

/// The user is not there. What was placed for it under the same key, when it was there, has been cleared with it.
std::unexpected<Error> WithoutUser(Connection& connection, const IdempotencyKey& key, std::string_view kind,
                                   std::string_view without) {
  const auto record = FindRecord(connection, key, kind);
  if (!record) return Fail(record.error());
  if (*record) return ClearedSince();
  return Fail(ErrorCode::kNotFound, std::string(without));
}

Result<std::optional<UserName>> PickUser(Connection& connection) {
  const Document pipeline[] = {Doc("$sample", Doc("size", std::int32_t{1})),
                               Doc("$project", Doc("name", std::int32_t{1}))};
  const auto picked = connection.AggregateBatch(kUsers, 1, pipeline);
  if (!picked) return Fail(picked.error());
  if (picked->documents.empty()) return std::nullopt;
  auto user = ToUserName(picked->documents.front());
  if (!user) return Fail(user.error());
  return *std::move(user);
}

Result<std::int64_t> CountMigrated(Connection& connection, const std::string& migration) {
  Document group = Doc("_id", std::int32_t{1});
  group.Add("count", Doc("$sum", std::int32_t{1}));
  const Document pipeline[] = {Doc("$match", Doc("migration", migration)), Doc("$group", group)};
  const auto counted = connection.AggregateBatch(kUsers, 1, pipeline);
  if (!counted) return Fail(counted.error());
  return counted->documents.empty() ? 0 : CountOf(counted->documents.front());
}

/// Errors: NotFound, when an order's user is neither in the part nor stored.
Result<void> CheckUsers(Connection& connection, const BulkPart& part) {
  std::unordered_set<std::string> known;
  for (const User& user : part.users) known.insert(user.user_id);
  std::vector<std::string> unknown;
  for (const Order& order : part.orders) {
    if (known.insert(order.user_id).second) unknown.push_back(order.user_id);
  }
  for (std::span<const std::string> rest = unknown; !rest.empty();) {
    const auto some = rest.first(std::min(rest.size(), kDocumentsAtOnce));
    const auto names = FindNames(connection, some);
    if (!names) return Fail(names.error());
    if (names->size() != some.size()) return Fail(ErrorCode::kNotFound, "No such user.");
    rest = rest.subspan(some.size());
  }
  return {};
}

template <typename T>
Result<void> InsertNew(Connection& connection, std::string_view collection, std::span<const T> records) {
  std::vector<Document> documents;
  for (std::size_t i = 0; i < records.size(); ++i) {
    documents.push_back(ToDocument(records[i], NewUlid()));
    if (documents.size() < kDocumentsAtOnce && i + 1 < records.size()) continue;
    if (auto inserted = connection.InsertNew(collection, documents); !inserted) return inserted;
    documents.clear();
  }
  return {};
}

}  // namespace

Result<User> AddUser(Connection& connection, const NewUser& user, const IdempotencyKey& key) {
  User added{"user_" + NewUlid(), user.name, user.email, user.country, WallClockNow(), 1};
  const std::string seq = NewUlid();
  if (key.key.empty()) {
    if (auto inserted = connection.Insert(kUsers, ToDocument(added, seq)); !inserted) return Fail(inserted.error());
    return added;
  }
  // Without what the request says of a person: whoever completes it has that.
  Document claim = Doc("_id", added.user_id);
  claim.Add("seq", seq).Add("created_at", Date{*added.created_at});
  const auto record = Claim(connection, key, kAddsUser, claim);
  if (!record) return Fail(record.error());
  Fields claimed(kRequests, record->answer.view());
  added.user_id = claimed.Text("_id");
  added.created_at = claimed.Date("created_at");
  const Document document = ToDocument(added, claimed.Position("seq"));
  if (auto done = claimed.Done(); !done) return Fail(done.error());
  const auto stored = Complete(connection, *record, kUsers, Doc("_id", added.user_id), document);
  if (!stored) return Fail(stored.error());
  return ToUser(stored->view());
}

Result<Order> PlaceOrder(Connection& connection, const NewOrder& order, const IdempotencyKey& key) {
  const auto names = FindNames(connection, std::span(&order.user_id, 1));
  if (!names) return Fail(names.error());
  if (names->empty()) return WithoutUser(connection, key, kPlacesOrder, "No such user.");
  return PlaceOrderOf(connection, {order.user_id, names->begin()->second}, order.amount, key, kPlacesOrder);
}

Result<Order> PlaceOrderForRandomUser(Connection& connection, Money amount, const IdempotencyKey& key) {
  const auto user = PickUser(connection);
  if (!user) return Fail(user.error());
  if (!*user) return WithoutUser(connection, key, kPlacesRandomOrder, "No users found");
  return PlaceOrderOf(connection, **user, amount, key, kPlacesRandomOrder);
}

Result<std::int64_t> MigrateUsers(Connection& connection, const IdempotencyKey& key) {
  const Document old = Document::FromJson(R"({"created_at":null})");  // absent, too
  Document set = Doc("created_at", Date{WallClockNow()});
  set.Add("schema_version", std::int32_t{1});
  if (key.key.empty()) {
    const auto updated = connection.UpdateMany(kUsers, old, Doc("$set", set));
    if (!updated) return Fail(updated.error());
    return updated->modified;
  }
  set.Add("migration", NewUlid());
  const auto record = Claim(connection, key, kMigrates, set);
  if (!record) return Fail(record.error());
  if (record->ended) return CountOf(record->result.view());
  if (auto updated = connection.UpdateMany(kUsers, old, Doc("$set", record->answer)); !updated) {
    return Fail(updated.error());
  }
  Fields fields(kRequests, record->answer.view());
  const std::string migration = fields.Text("migration");
  if (auto done = fields.Done(); !done) return Fail(done.error());
  const auto count = CountMigrated(connection, migration);
  if (!count) return Fail(count.error());
  const auto result = EndRequest(connection, key, Doc("count", *count));
  if (!result) return Fail(result.error());
  return CountOf(result->view());
}

Result<bool> RecordRequest(Connection& connection, const IdempotencyKey& key) {
  if (key.key.empty()) return true;
  // Whose record it is, is told by what is in it: an insertion that broke may have been done.
  const std::string mine = NewUlid();
  const auto record = Claim(connection, key, kIsRecorded, Doc("by", mine));
  if (!record) return Fail(record.error());
  Fields fields(kRequests, record->answer.view());
  return fields.Done(fields.Text("by") == mine);
}

Result<void> LoadPart(Connection& connection, const BulkPart& part) {
  if (auto checked = CheckUsers(connection, part); !checked) return checked;
  if (auto inserted = InsertNew(connection, kUsers, part.users); !inserted) return inserted;
  if (auto inserted = InsertNew(connection, kOrders, part.orders); !inserted) return inserted;
  const Document set = Doc("$set", Doc("position", part.position));
  if (auto updated = connection.UpdateOne(kLoads, Doc("_id", part.load_id), set, true); !updated) {
    return Fail(updated.error());
  }
  return {};
}

}  // namespace demo::mongo
