#include "mongo/connection.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "base/store_work.h"
#include "mongo/errors.h"
#include "mongo/limits.h"
#include "mongo/reply_deadline.h"

namespace demo::mongo {
namespace {

std::int64_t Matched(const View& reply) { return reply.Int("matchedCount"); }

Result<Updated> ToUpdated(bool ok, const Reply& reply, const bson_error_t& error) {
  if (!ok) return FailWith(OfWrite(reply.get(), error));
  const View view(reply.get());
  return Updated{Matched(view), view.Int("modifiedCount"), view.Has("upsertedId")};
}

/// The size of a batch that is the last one with `most` documents: filled to its last place it does not say that it is,
/// leaves a cursor open, and costs a getMore to find out that nothing follows (seen through routers), which another
/// router could not answer.
std::int64_t ToHold(std::int64_t most) { return most + 1; }

Result<Batch> ToBatch(std::unique_ptr<Reply> reply) {
  Batch batch{std::move(reply), {}};
  const View view(batch.reply->get());
  if (view.Int("cursor.id") != 0) return Fail(ErrorCode::kInternal, "MongoDB gave only a part of what was asked.");
  view.ForEach("cursor.firstBatch",
               [&](const std::string&, const View& document) { batch.documents.push_back(document); });
  return batch;
}

/// How soon a set that elects is asked again: a step-down is over within a second.
constexpr std::chrono::milliseconds kPause{100};

/// Until when the reply to the next try is awaited: not into the time that another try would need, unless little is
/// left before that.
SteadyTime EndOfTry(SteadyTime last_reply) {
  const SteadyTime now = SteadyClock::now();
  const SteadyTime last_for_another = last_reply - limits::kLastReply - 2 * kPause;  // one pause to notice it
  if (last_for_another < now + limits::kLeastTry) return last_reply;
  return std::min(now + limits::kTry, last_for_another);
}

/// True after a moment when there may be another primary by now, and time is left to get its reply.
bool MayTryAgain(const bson_error_t& error, SteadyTime last_reply) {
  const bool is_too_late = SteadyClock::now() + kPause + limits::kLastReply > last_reply;
  if (!IsBetweenPrimaries(error) || is_too_late) return false;
  std::this_thread::sleep_for(kPause);
  store_work::AddRetry();
  return true;
}

/// Calls `attempt`, which fills in its error, until it succeeds or fails for good: not for want of a primary, or too
/// late for another try.
template <typename Attempt>
Result<void> TryUntil(SteadyTime last_reply, const Attempt& attempt) {
  while (true) {
    bson_error_t error;
    if (attempt(error)) return {};
    if (!MayTryAgain(error, last_reply)) return FailWith(error);
  }
}

}  // namespace

std::optional<View> Cursor::Next() {
  while (true) {
    late_ = late_ || SteadyClock::now() > last_reply_;
    const bson_t* document = nullptr;
    if (late_) return std::nullopt;
    AwaitRepliesUntil(last_reply_);
    if (mongoc_cursor_next(cursor_.get(), &document)) {
      begun_ = true;
      return View(document);
    }
    bson_error_t error;
    const bool failed = !begun_ && mongoc_cursor_error(cursor_.get(), &error);
    if (!failed || !MayTryAgain(error, last_reply_)) return std::nullopt;
    cursor_ = CursorHandle(mongoc_cursor_clone(cursor_.get()));
  }
}

Result<void> Cursor::Finish() {
  bson_error_t error;
  if (mongoc_cursor_error(cursor_.get(), &error)) return FailWith(error);
  if (late_) return Fail(ErrorCode::kTimeout, "MongoDB did not give all of it in time.");
  return {};
}

Connection::Connection(mongoc_client_t* client, std::string database, SteadyTime deadline)
    : client_(client), database_(std::move(database)), last_reply_(deadline - limits::kSelection) {}

Result<Connection> Connection::Of(Clients& clients, SteadyTime deadline) {
  const auto client = clients.OfThisThread(deadline);
  if (!client) return Fail(client.error());
  return Connection(*client, clients.database(), deadline);
}

Connection Connection::On(std::string database) const {
  Connection other = *this;
  other.database_ = std::move(database);
  return other;
}

CollectionHandle Connection::Open(std::string_view collection) {
  return CollectionHandle(mongoc_client_get_collection(client_, database_.c_str(), std::string(collection).c_str()));
}

Result<void> Connection::Begin() const {
  AwaitRepliesUntil(last_reply_);
  if (SteadyClock::now() < last_reply_) return {};
  return Fail(ErrorCode::kTimeout, "MongoDB was too slow for all that was to be done.");
}

Document Connection::WithMaxTime(const Document& options) const {
  using std::chrono::milliseconds;
  const auto left = std::chrono::duration_cast<milliseconds>(last_reply_ - SteadyClock::now());
  // An operation of the usual length waits kCommand for a reply at most; one that may take long, as long as it may
  // take.
  const auto most = left > limits::kOperation ? left : limits::kCommand;
  Document limited;
  limited.AddAll(options).Add("maxTimeMS", std::int64_t{std::clamp(left, milliseconds(1), most).count()});
  return limited;
}

Result<Document> Connection::Run(const Document& command, const std::string& database) {
  if (auto begun = Begin(); !begun) return Fail(begun.error());
  const std::string& on = database.empty() ? database_ : database;
  Reply reply;
  const auto done = TryUntil(last_reply_, [&](bson_error_t& error) {
    const Document limited = WithMaxTime(command);
    return mongoc_client_command_simple(client_, on.c_str(), limited.get(), nullptr, reply.Out(), &error);
  });
  if (!done) return Fail(done.error());
  return Document(reply.get());
}

Cursor Connection::Find(std::string_view collection, const Document& filter, const Document& options) {
  const CollectionHandle handle = Open(collection);
  const Document limited = WithMaxTime(options);
  return {CursorHandle(mongoc_collection_find_with_opts(handle.get(), filter.get(), limited.get(), nullptr)),
          last_reply_};
}

Cursor Connection::Aggregate(std::string_view collection, std::span<const Document> pipeline, const Document& options) {
  const CollectionHandle handle = Open(collection);
  Document stages;
  stages.AddArray("pipeline", pipeline);
  const Document limited = WithMaxTime(options);
  return {
      CursorHandle(mongoc_collection_aggregate(handle.get(), MONGOC_QUERY_NONE, stages.get(), limited.get(), nullptr)),
      last_reply_};
}

Result<Batch> Connection::FindBatch(std::string_view collection, std::int64_t most, const Document& filter,
                                    const Document& options) {
  Document command = Doc("find", collection);
  return Query(command.Add("filter", filter).Add("batchSize", ToHold(most)), options);
}

Result<Batch> Connection::AggregateBatch(std::string_view collection, std::int64_t most,
                                         std::span<const Document> pipeline, const Document& options) {
  Document command = Doc("aggregate", collection);
  return Query(command.AddArray("pipeline", pipeline).Add("cursor", Doc("batchSize", ToHold(most))), options);
}

Result<std::optional<Document>> Connection::FindOne(std::string_view collection, const Document& filter,
                                                    const Document& options) {
  Document command = Doc("find", collection);
  command.Add("filter", filter).Add("limit", std::int64_t{1}).Add("singleBatch", true);
  const auto found = Query(command, options);
  if (!found) return Fail(found.error());
  return found->documents.empty() ? std::nullopt : std::optional(found->documents.front().Copy());
}

Result<Batch> Connection::Query(const Document& command, const Document& options) {
  if (auto begun = Begin(); !begun) return Fail(begun.error());
  auto reply = std::make_unique<Reply>();
  const auto done = TryUntil(last_reply_, [&](bson_error_t& error) {
    const Document limited = WithMaxTime(options);
    return mongoc_client_read_command_with_opts(client_, database_.c_str(), command.get(), nullptr, limited.get(),
                                                reply->Out(), &error);
  });
  if (!done) return Fail(done.error());
  return ToBatch(std::move(reply));
}

Result<bool> Connection::Insert(std::string_view collection, const Document& document) {
  if (auto begun = Begin(); !begun) return Fail(begun.error());
  const CollectionHandle handle = Open(collection);
  while (true) {
    AwaitRepliesUntil(EndOfTry(last_reply_));
    Reply reply;
    bson_error_t error;
    if (mongoc_collection_insert_one(handle.get(), document.get(), nullptr, reply.Out(), &error)) return true;
    error = OfWrite(reply.get(), error);
    if (IsDuplicateKey(error)) return false;
    if (!MayTryAgain(error, last_reply_)) return FailWith(error);
  }
}

Result<void> Connection::InsertNew(std::string_view collection, std::span<const Document> documents) {
  if (documents.empty()) return {};
  return RunBulk(collection, [&](mongoc_bulk_operation_t* bulk) -> Result<void> {
    bson_error_t error;
    for (const Document& document : documents) {
      if (!mongoc_bulk_operation_insert_with_opts(bulk, document.get(), nullptr, &error)) return FailWith(error);
    }
    return {};
  });
}

Result<void> Connection::Replace(std::string_view collection,
                                 std::span<const std::pair<Document, Document>> filters_and_documents) {
  if (filters_and_documents.empty()) return {};
  const Document upsert = Doc("upsert", true);
  return RunBulk(collection, [&](mongoc_bulk_operation_t* bulk) -> Result<void> {
    bson_error_t error;
    for (const auto& [filter, document] : filters_and_documents) {
      if (!mongoc_bulk_operation_replace_one_with_opts(bulk, filter.get(), document.get(), upsert.get(), &error)) {
        return FailWith(error);
      }
    }
    return {};
  });
}

Result<void> Connection::RunBulk(std::string_view collection,
                                 const std::function<Result<void>(mongoc_bulk_operation_t*)>& fill) {
  if (auto begun = Begin(); !begun) return begun;
  const CollectionHandle handle = Open(collection);
  const Document unordered = Doc("ordered", false);
  const BulkHandle bulk(mongoc_collection_create_bulk_operation_with_opts(handle.get(), unordered.get()));
  if (auto filled = fill(bulk.get()); !filled) return filled;
  Reply reply;
  bson_error_t error;
  if (mongoc_bulk_operation_execute(bulk.get(), reply.Out(), &error) != 0) return {};
  if (HasOnlyDuplicateKeys(reply.get())) return {};
  return FailWith(OfWrite(reply.get(), error));
}

Result<Updated> Connection::UpdateOne(std::string_view collection, const Document& filter, const Document& update,
                                      bool upsert) {
  if (auto begun = Begin(); !begun) return Fail(begun.error());
  const CollectionHandle handle = Open(collection);
  const Document options = Doc("upsert", upsert);
  Reply reply;
  bson_error_t error;
  const bool ok =
      mongoc_collection_update_one(handle.get(), filter.get(), update.get(), options.get(), reply.Out(), &error);
  return ToUpdated(ok, reply, error);
}

Result<Updated> Connection::UpdateMany(std::string_view collection, const Document& filter, const Document& update) {
  if (auto begun = Begin(); !begun) return Fail(begun.error());
  const CollectionHandle handle = Open(collection);
  Reply reply;
  bson_error_t error;
  const bool ok = mongoc_collection_update_many(handle.get(), filter.get(), update.get(), nullptr, reply.Out(), &error);
  return ToUpdated(ok, reply, error);
}

Result<std::int64_t> Connection::DeleteMany(std::string_view collection, const Document& filter) {
  if (auto begun = Begin(); !begun) return Fail(begun.error());
  const CollectionHandle handle = Open(collection);
  Reply reply;
  bson_error_t error;
  if (!mongoc_collection_delete_many(handle.get(), filter.get(), nullptr, reply.Out(), &error)) {
    return FailWith(OfWrite(reply.get(), error));
  }
  return View(reply.get()).Int("deletedCount");
}

Result<std::optional<Document>> Connection::UpdateAndGet(std::string_view collection, const Document& filter,
                                                         const Document& update, bool upsert) {
  if (auto begun = Begin(); !begun) return Fail(begun.error());
  const CollectionHandle handle = Open(collection);
  const FindAndModifyHandle options(mongoc_find_and_modify_opts_new());
  mongoc_find_and_modify_opts_set_update(options.get(), update.get());
  unsigned flags = MONGOC_FIND_AND_MODIFY_RETURN_NEW;
  if (upsert) flags |= MONGOC_FIND_AND_MODIFY_UPSERT;
  mongoc_find_and_modify_opts_set_flags(options.get(), static_cast<mongoc_find_and_modify_flags_t>(flags));
  Reply reply;
  bson_error_t error;
  if (!mongoc_collection_find_and_modify_with_opts(handle.get(), filter.get(), options.get(), reply.Out(), &error)) {
    return FailWith(error);
  }
  const auto value = View(reply.get()).FindDocument("value");
  return value ? std::optional(value->Copy()) : std::nullopt;
}

Result<std::int64_t> Connection::EstimateCount(std::string_view collection) {
  if (auto begun = Begin(); !begun) return Fail(begun.error());
  const CollectionHandle handle = Open(collection);
  std::int64_t count = 0;
  const auto done = TryUntil(last_reply_, [&](bson_error_t& error) {
    const Document options = WithMaxTime({});
    count = mongoc_collection_estimated_document_count(handle.get(), options.get(), nullptr, nullptr, &error);
    return count >= 0;
  });
  if (!done) return Fail(done.error());
  return count;
}

}  // namespace demo::mongo
