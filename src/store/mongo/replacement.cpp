#include "store/mongo/replacement.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <unordered_map>
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
#include "store/mongo/sums.h"

namespace demo::mongo {
namespace {

constexpr std::size_t kDocumentsAtOnce = 1000;

/// All that is not at the border or after it, also what has no text for `seq`: others wrote that.
Document Before(const std::string& border) { return Doc("seq", Doc("$not", Doc("$gte", border))); }

Result<std::string> NewestSeq(Connection& connection, std::string_view collection) {
  Document options = Doc("sort", Doc("seq", std::int32_t{-1}));
  options.Add("projection", Doc("seq", std::int32_t{1}));
  const auto newest = connection.FindOne(collection, Doc("seq", Doc("$type", "string")), options);
  if (!newest) return Fail(newest.error());
  if (!*newest) return std::string();
  Fields fields(collection, (*newest)->view());
  return fields.Done(fields.Text("seq"));
}

/// The next of the same length, in the order of 0-9, A-Z, a-z. It does not begin with `seq`: SecantusDB 0.7 takes the
/// wrong side for a bound of a descending index that begins with a key there.
std::string NextAfter(std::string seq) {
  if (seq.empty() || seq.back() >= 'z') return seq + "0";
  const char last = seq.back();
  seq.back() = last == '9' ? 'A' : last == 'Z' ? 'a' : static_cast<char>(last + 1);
  return seq;
}

/// Above the `seq` of all that is stored now, whatever the clock of the process that stored it said.
Result<std::string> NewBorder(Connection& connection) {
  std::string border = NewUlid();
  for (const std::string_view collection : {kUsers, kOrders}) {
    const auto newest = NewestSeq(connection, collection);
    if (!newest) return Fail(newest.error());
    if (*newest >= border) border = NextAfter(*newest);
  }
  return border;
}

/// The place of a new record: above the border and below every ULID after it, so whoever completes the replacement
/// gives each the same.
std::string SeqAt(const std::string& border, std::size_t index) { return fmt::format("{}{:08}", border, index); }

Document IdentityOf(const User& user) { return Doc("_id", user.user_id); }
Document IdentityOf(const Order& order) {
  Document identity = Doc("_id", order.order_id);
  identity.Add("user_id", order.user_id);  // the shard key
  return identity;
}

template <typename T>
Result<void> Put(Connection& connection, std::string_view collection, std::span<const T> records,
                 const std::string& border) {
  std::vector<std::pair<Document, Document>> batch;
  for (std::size_t i = 0; i < records.size(); ++i) {
    batch.emplace_back(IdentityOf(records[i]), ToDocument(records[i], SeqAt(border, i)));
    if (batch.size() < kDocumentsAtOnce && i + 1 < records.size()) continue;
    if (auto replaced = connection.Replace(collection, batch); !replaced) return replaced;
    batch.clear();
  }
  return {};
}

Result<void> Delete(Connection& connection, std::string_view collection, const Document& filter) {
  const auto deleted = connection.DeleteMany(collection, filter);
  if (!deleted) return Fail(deleted.error());
  return {};
}

/// Removes old orders whose id a new order of another user takes: they cannot both be there.
Result<void> MakeRoom(Connection& connection, std::span<const Order> orders, const std::string& border) {
  for (std::span<const Order> rest = orders; !rest.empty();) {
    const auto some = rest.first(std::min(rest.size(), kDocumentsAtOnce));
    std::unordered_map<std::string, std::string> users;
    std::vector<std::string> ids;
    for (const Order& order : some) {
      ids.push_back(order.order_id);
      users.emplace(order.order_id, order.user_id);
    }
    Document filter = Before(border);
    filter.AddAll(IsOneOf("_id", ids));
    std::vector<std::string> in_the_way;
    const Document options = Doc("projection", Doc("user_id", std::int32_t{1}));
    const auto found = connection.FindBatch(kOrders, std::ssize(some), filter, options);
    if (!found) return Fail(found.error());
    for (const View& old : found->documents) {
      if (users[old.Text("_id")] != old.Text("user_id")) in_the_way.push_back(old.Text("_id"));
    }
    Document old = Before(border);
    old.AddAll(IsOneOf("_id", in_the_way));
    if (!in_the_way.empty()) {
      if (auto deleted = Delete(connection, kOrders, old); !deleted) return deleted;
    }
    rest = rest.subspan(some.size());
  }
  return {};
}

/// Orders that were placed while their users went.
Result<void> DeleteStrays(Connection& connection, const std::string& border) {
  const Document pipeline[] = {Doc("$match", Doc("seq", Doc("$gte", border))), Doc("$group", Doc("_id", "$user_id"))};
  std::vector<std::string> users;
  Cursor cursor = connection.Aggregate(kOrders, pipeline);
  while (const auto row = cursor.Next()) {
    Fields fields("users of orders", *row);
    users.push_back(fields.Text("_id"));
    if (auto done = fields.Done(); !done) return done;
  }
  if (auto done = cursor.Finish(); !done) return done;
  for (std::span<const std::string> rest = users; !rest.empty();) {
    const auto some = rest.first(std::min(rest.size(), kDocumentsAtOnce));
    const auto names = FindNames(connection, some);
    if (!names) return Fail(names.error());
    std::vector<std::string> gone;
    std::ranges::copy_if(some, std::back_inserter(gone), [&](const auto& id) { return !names->contains(id); });
    if (!gone.empty()) {
      if (auto deleted = Delete(connection, kOrders, IsOneOf("user_id", gone)); !deleted) return deleted;
    }
    rest = rest.subspan(some.size());
  }
  return {};
}

Result<void> Replace(Connection& connection, std::span<const User> users, std::span<const Order> orders,
                     const std::string& border) {
  // Each step may be repeated, by this process or another, and the order of them is what a crash leaves behind.
  if (auto ended = EndInsertions(connection); !ended) return ended;
  if (auto deleted = Delete(connection, kLoads, {}); !deleted) return deleted;
  if (auto put = Put(connection, kUsers, users, border); !put) return put;
  if (auto made = MakeRoom(connection, orders, border); !made) return made;
  if (auto put = Put(connection, kOrders, orders, border); !put) return put;
  if (auto deleted = Delete(connection, kOrders, Before(border)); !deleted) return deleted;
  if (auto deleted = Delete(connection, kUsers, Before(border)); !deleted) return deleted;
  if (auto deleted = DeleteStrays(connection, border); !deleted) return deleted;
  // Once more, for what was recorded and inserted in the meantime and is deleted now.
  return EndInsertions(connection);
}

Result<void> ReplaceOnce(Connection& connection, std::span<const User> users, std::span<const Order> orders,
                         const IdempotencyKey& key, std::string_view kind) {
  auto border = NewBorder(connection);
  if (!border) return Fail(border.error());
  if (key.key.empty()) return Replace(connection, users, orders, *border);
  const auto record = Claim(connection, key, kind, Doc("border", *border));
  if (!record) return Fail(record.error());
  if (record->ended) return {};
  Fields fields(kRequests, record->answer.view());
  const std::string recorded = fields.Text("border");
  if (auto done = fields.Done(); !done) return done;
  if (auto done = Replace(connection, users, orders, recorded); !done) return done;
  if (auto ended = EndRequest(connection, key, {}); !ended) return Fail(ended.error());
  return {};
}

}  // namespace

Result<void> ReplaceAll(Connection& connection, std::span<const User> users, std::span<const Order> orders,
                        const IdempotencyKey& key) {
  std::unordered_set<std::string_view> known;
  for (const User& user : users) known.insert(user.user_id);
  const bool complete = std::ranges::all_of(orders, [&](const Order& order) { return known.contains(order.user_id); });
  if (!complete) return Fail(ErrorCode::kNotFound, "No such user.");
  return ReplaceOnce(connection, users, orders, key, kReplaces);
}

Result<void> ClearAll(Connection& connection, const IdempotencyKey& key) {
  return ReplaceOnce(connection, {}, {}, key, kClears);
}

}  // namespace demo::mongo
