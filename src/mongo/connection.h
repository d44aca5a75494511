#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "mongo/clients.h"
#include "mongo/document.h"
#include "mongo/handles.h"

namespace demo::mongo {

/// The documents that a query gives, one after the other; asked again while there is no primary and none was given yet.
/// Used by the thread that made it, and no longer than its client.
class Cursor {
 public:
  /// Replies are awaited until `last_reply`.
  Cursor(CursorHandle cursor, SteadyTime last_reply) : cursor_(std::move(cursor)), last_reply_(last_reply) {}

  /// The next document, valid until the next call; nothing at the end and after an error. Waits for a reply at most.
  std::optional<View> Next();
  /// What went wrong, if anything; Timeout when the deadline passed between two replies.
  Result<void> Finish();

 private:
  CursorHandle cursor_;
  SteadyTime last_reply_;
  bool begun_ = false;
  bool late_ = false;
};

/// What a query gave in one reply.
struct Batch {
  std::unique_ptr<Reply> reply;
  std::vector<View> documents;  ///< In the reply.
};

/// What an update found and changed.
struct Updated {
  std::int64_t matched = 0;
  std::int64_t modified = 0;
  bool inserted = false;  ///< By an upsert.
};

/// One operation on one database, which is over at its deadline whatever happens: in the last limits::kSelection before
/// it no command is begun and no reply awaited, because the driver may look for a server that long once more. Then the
/// error is Timeout; others are those of ToError; a write whose outcome is unknown is Unavailable. Queries, commands
/// and single insertions wait for a new primary where one stepped down, as long as limits::kLastReply would be left for
/// a reply: kHandOver, for an operation of the usual length; a single insertion awaits each reply for limits::kTry, as
/// long as there is time for another try. Used by one thread; cheap to make.
class Connection {
 public:
  /// `client` belongs to the calling thread and outlives this.
  Connection(mongoc_client_t* client, std::string database, SteadyTime deadline);
  /// With the calling thread's client. Errors: Unavailable.
  static Result<Connection> Of(Clients& clients, SteadyTime deadline);

  /// Runs a command of one reply, which does nothing more when it is run again, on `database` (this connection's, when
  /// empty) and a server that can be written to. maxTimeMS is added.
  Result<Document> Run(const Document& command, const std::string& database = "");

  /// `options` as the find command has them: sort, limit, projection, hint.
  Cursor Find(std::string_view collection, const Document& filter, const Document& options = {});
  Cursor Aggregate(std::string_view collection, std::span<const Document> pipeline, const Document& options = {});
  /// The same where no more than `most` documents can come, which take 16 MB at most: without a cursor of the driver's,
  /// which costs a third of the instructions of a short read (it copies its description of the server once more for an
  /// aggregation, and each option several times).
  Result<Batch> FindBatch(std::string_view collection, std::int64_t most, const Document& filter,
                          const Document& options = {});
  Result<Batch> AggregateBatch(std::string_view collection, std::int64_t most, std::span<const Document> pipeline,
                               const Document& options = {});
  Result<std::optional<Document>> FindOne(std::string_view collection, const Document& filter,
                                          const Document& options = {});

  /// False when its `_id` is there already, perhaps from a try of this very call that broke. What is there and not
  /// known of a majority is Unavailable.
  Result<bool> Insert(std::string_view collection, const Document& document);
  /// Inserts those whose `_id` is not there yet.
  Result<void> InsertNew(std::string_view collection, std::span<const Document> documents);
  /// Replaces what each filter finds, or inserts; leaves a document alone that has its `_id` and does not fit its
  /// filter.
  Result<void> Replace(std::string_view collection,
                       std::span<const std::pair<Document, Document>> filters_and_documents);
  Result<Updated> UpdateOne(std::string_view collection, const Document& filter, const Document& update,
                            bool upsert = false);
  Result<Updated> UpdateMany(std::string_view collection, const Document& filter, const Document& update);
  Result<std::int64_t> DeleteMany(std::string_view collection, const Document& filter);
  /// The document after the update; nothing where none fits and `upsert` does not make one. Errors: also Conflict, when
  /// two upserts meet.
  Result<std::optional<Document>> UpdateAndGet(std::string_view collection, const Document& filter,
                                               const Document& update, bool upsert);
  /// As the collection's metadata has it; 0 where there is no collection.
  Result<std::int64_t> EstimateCount(std::string_view collection);

  /// The same on another database.
  [[nodiscard]] Connection On(std::string database) const;
  [[nodiscard]] const std::string& database() const { return database_; }
  [[nodiscard]] mongoc_client_t* client() const { return client_; }

 private:
  CollectionHandle Open(std::string_view collection);
  /// Before each command. Timeout when it is too late for one.
  [[nodiscard]] Result<void> Begin() const;
  /// `options` and what is left of the time; at least a little, so that the server is the one to say that it is too
  /// late.
  [[nodiscard]] Document WithMaxTime(const Document& options) const;
  /// Runs a query of one reply. `options` are of the driver, which applies the read concern and tries it twice.
  Result<Batch> Query(const Document& command, const Document& options);
  Result<void> RunBulk(std::string_view collection, const std::function<Result<void>(mongoc_bulk_operation_t*)>& fill);

  mongoc_client_t* client_;
  std::string database_;
  SteadyTime last_reply_;  ///< Until when replies are awaited.
};

}  // namespace demo::mongo
