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

Result<User> InsertUser(Connection& connection, const View& answer) {
  auto user = ToUser(answer);
  if (!user) return user;
  const auto seq = SeqOf(answer);
  if (!seq) return Fail(seq.error());
  const auto inserted = connection.Insert(kUsers, ToDocument(*user, *seq));
  if (!inserted) return Fail(inserted.error());
  return user;
}

Result<Order> InsertOrder(Connection& connection, const View& answer) {
  auto order = ToPlacedOrder(answer);
  if (!order) return order;
  const auto seq = SeqOf(answer);
  if (!seq) return Fail(seq.error());
  const auto inserted = connection.Insert(kOrders, ToDocument(*order, *seq));
  if (!inserted) return Fail(inserted.error());
  return order;
}

Result<Order> PlaceOrderOf(Connection& connection, const UserName& user, Money amount, const IdempotencyKey& key,
                           std::string_view kind) {
  const Order order{"order_" + NewUlid(), user.user_id, user.name, amount, WallClockNow()};
  Document answer = ToDocument(order, NewUlid());
  answer.Add("user_name", user.name);
  if (key.key.empty()) return InsertOrder(connection, answer.view());
  const auto record = Claim(connection, key, kind, answer);
  if (!record) return Fail(record.error());
  if (record->ended) return ToPlacedOrder(record->answer.view());
  return InsertOrder(connection, record->answer.view());
}

/// The user is not there: the order may be, from when the user was.
Result<Order> RecordedOrder(Connection& connection, const IdempotencyKey& key, std::string_view kind,
                            std::string_view without) {
  const auto record = FindRecord(connection, key, kind);
  if (!record) return Fail(record.error());
  if (!*record) return Fail(ErrorCode::kNotFound, std::string(without));
  return ToPlacedOrder((*record)->answer.view());
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
  const User stored{"user_" + NewUlid(), user.name, user.email, user.country, WallClockNow(), 1};
  const Document answer = ToDocument(stored, NewUlid());
  if (key.key.empty()) return InsertUser(connection, answer.view());
  const auto record = Claim(connection, key, kAddsUser, answer);
  if (!record) return Fail(record.error());
  if (record->ended) return ToUser(record->answer.view());
  return InsertUser(connection, record->answer.view());
}

Result<Order> PlaceOrder(Connection& connection, const NewOrder& order, const IdempotencyKey& key) {
  const auto names = FindNames(connection, std::span(&order.user_id, 1));
  if (!names) return Fail(names.error());
  if (names->empty()) return RecordedOrder(connection, key, kPlacesOrder, "No such user.");
  return PlaceOrderOf(connection, {order.user_id, names->begin()->second}, order.amount, key, kPlacesOrder);
}

Result<Order> PlaceOrderForRandomUser(Connection& connection, Money amount, const IdempotencyKey& key) {
  const auto user = PickUser(connection);
  if (!user) return Fail(user.error());
  if (!*user) return RecordedOrder(connection, key, kPlacesRandomOrder, "No users found");
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
