#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/clock.h"
#include "base/result.h"

namespace demo::sqlite {

/// One run of a prepared statement; resets it when it goes. Rows are read like this:
///
///     Query query = connection.Prepare(kSql);
///     query.Bind(user_id, limit);
///     while (query.Next()) Use(query.Text(0), query.Int(1));
///     if (auto done = query.Finish(); !done) return Fail(done.error());
///
/// The first failure sticks: whatever follows does nothing and Finish() returns it. Bound text must outlive the query.
class Query {
 public:
  Query(sqlite3* connection, sqlite3_stmt* statement, int status);
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;
  ~Query();

  template <typename... Values>
  Query& Bind(const Values&... values) {
    int index = 0;
    (BindOne(++index, values), ...);
    return *this;
  }
  /// True while there is a row to read; false at the end and on failure.
  bool Next();
  /// Nothing when the rows came to their end.
  Result<void> Finish() const;
  /// Steps to the end: for statements without rows.
  Result<void> Run();

  [[nodiscard]] bool IsNull(int column) const;
  [[nodiscard]] std::int64_t Int(int column) const;
  [[nodiscard]] std::string Text(int column) const;

 private:
  void BindOne(int index, std::int64_t value);
  void BindOne(int index, std::string_view value);
  template <typename T>
  void BindOne(int index, const std::optional<T>& value) {
    if (value) BindOne(index, *value);  // what is not bound is NULL
  }

  sqlite3* connection_;
  sqlite3_stmt* statement_;
  int status_;
};

/// One connection to the database file with its prepared statements. Used by one thread at a time.
class Connection {
 public:
  enum class Access { kReadOnly, kReadWrite };

  /// Errors: as ErrorOf.
  static Result<std::unique_ptr<Connection>> Open(const std::filesystem::path& file, Access access, int cache_kib);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() = default;

  /// The statement of `sql`, a string that lives as long as the program: it is prepared once and kept.
  Query Prepare(std::string_view sql);
  /// Runs statements that return nothing and are not worth keeping.
  Result<void> Execute(const std::string& sql);
  /// The first column of the first row.
  Result<std::int64_t> QueryInt(std::string_view sql);

  /// What runs past it ends in Timeout.
  void SetDeadline(SteadyTime deadline) { deadline_ = deadline; }
  [[nodiscard]] bool InTransaction() const;
  /// Rows that the last statement changed.
  [[nodiscard]] std::int64_t Changes() const;
  /// How long the write-ahead log was after the last commit of this connection.
  [[nodiscard]] int WalPages() const { return wal_pages_; }
  /// Moves the write-ahead log into the database as far as readers allow; with `wait`, waits for them and empties it.
  Result<void> Checkpoint(bool wait);
  /// When this connection closes it does neither of the two, and leaves the log where it is.
  void KeepLog();

 private:
  struct Close {
    void operator()(sqlite3* connection) const;
  };
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };

  explicit Connection(sqlite3* connection);
  Result<void> Configure(Access access, int cache_kib);
  static int PastDeadline(void* self);
  static int NoteWalPages(void* self, sqlite3* connection, const char* database, int pages);

  std::unique_ptr<sqlite3, Close> connection_;
  std::unordered_map<std::string_view, std::unique_ptr<sqlite3_stmt, Finalize>> statements_;
  SteadyTime deadline_ = SteadyTime::max();
  int wal_pages_ = 0;
};

/// The one table from SQLite's result codes to ours.
Error ErrorOf(sqlite3* connection, int code);

}  // namespace demo::sqlite
