#include "store/sqlite/connection.h"

#include <fmt/format.h>

namespace demo::sqlite {
namespace {

constexpr int kBusyTimeoutMs = 2000;
constexpr int kStepsBetweenDeadlineLooks = 4000;

/// One thread at a time uses a connection, so SQLite's own mutexes are left out.
int OpenFlags(Connection::Access access) {
  const bool writes = access == Connection::Access::kReadWrite;
  return SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
         (writes ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY);
}

}  // namespace

Error ErrorOf(sqlite3* connection, int code) {
  const char* text = connection != nullptr ? sqlite3_errmsg(connection) : sqlite3_errstr(code);
  switch (code & 0xFF) {
    case SQLITE_INTERRUPT:
      return {ErrorCode::kTimeout, "The store did not answer within its deadline.", {}};
    case SQLITE_FULL:
      return {ErrorCode::kUnavailable, "The store cannot write: the disk is full.", {}};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
      return {ErrorCode::kUnavailable, "The store is locked by another process.", {}};
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_NOMEM:
      return {ErrorCode::kUnavailable, fmt::format("The store cannot use its file: {} ({}).", text, code), {}};
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return {ErrorCode::kInternal, fmt::format("The store's file is damaged: {} ({}).", text, code), {}};
    default:
      return {ErrorCode::kInternal, fmt::format("The store failed: {} ({}).", text, code), {}};
  }
}

Query::Query(sqlite3* connection, sqlite3_stmt* statement, int status)
    : connection_(connection), statement_(statement), status_(status) {}

Query::~Query() {
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

bool Query::Next() {
  if (status_ != SQLITE_OK && status_ != SQLITE_ROW) return false;
  status_ = sqlite3_step(statement_);
  return status_ == SQLITE_ROW;
}

Result<void> Query::Finish() const {
  if (status_ == SQLITE_OK || status_ == SQLITE_ROW || status_ == SQLITE_DONE) return {};
  return Fail(ErrorOf(connection_, status_));
}

Result<void> Query::Run() {
  while (Next()) continue;
  return Finish();
}

bool Query::IsNull(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }

std::int64_t Query::Int(int column) const { return sqlite3_column_int64(statement_, column); }

std::string Query::Text(int column) const {
  const void* bytes = sqlite3_column_blob(statement_, column);
  if (bytes == nullptr) return {};
  return {static_cast<const char*>(bytes), static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

void Query::BindOne(int index, std::int64_t value) {
  if (status_ == SQLITE_OK) status_ = sqlite3_bind_int64(statement_, index, value);
}

void Query::BindOne(int index, std::string_view value) {
  if (status_ != SQLITE_OK) return;
  const char* bytes = value.data() != nullptr ? value.data() : "";
  status_ = sqlite3_bind_text64(statement_, index, bytes, value.size(), SQLITE_STATIC, SQLITE_UTF8);
}

void Connection::Close::operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }
void Connection::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

Connection::Connection(sqlite3* connection) : connection_(connection) {}

Result<std::unique_ptr<Connection>> Connection::Open(const std::filesystem::path& file, Access access, int cache_kib) {
  sqlite3* handle = nullptr;
  const int status = sqlite3_open_v2(file.c_str(), &handle, OpenFlags(access), nullptr);
  std::unique_ptr<Connection> connection(new Connection(handle));
  if (status != SQLITE_OK) return Fail(ErrorOf(handle, status));
  if (auto configured = connection->Configure(access, cache_kib); !configured) return Fail(configured.error());
  return connection;
}

Result<void> Connection::Configure(Access access, int cache_kib) {
  sqlite3* handle = connection_.get();
  sqlite3_busy_timeout(handle, kBusyTimeoutMs);
  sqlite3_progress_handler(handle, kStepsBetweenDeadlineLooks, &Connection::PastDeadline, this);
  // The hook takes the place of SQLite's automatic checkpoint, which would run before a commit is acknowledged.
  sqlite3_wal_hook(handle, &Connection::NoteWalPages, this);
  if (access == Access::kReadOnly) {
    // Debian 12's SQLite 3.40 can lose a WAL when two connections checkpoint (fixed in 3.51.3): readers never do.
    KeepLog();
  }
  return Execute(
      fmt::format("PRAGMA cache_size = -{}; PRAGMA temp_store = MEMORY; PRAGMA synchronous = FULL;"
                  "PRAGMA secure_delete = ON; PRAGMA trusted_schema = OFF",
                  cache_kib));
}

Query Connection::Prepare(std::string_view sql) {
  auto& statement = statements_[sql];
  if (statement != nullptr) return {connection_.get(), statement.get(), SQLITE_OK};
  sqlite3_stmt* prepared = nullptr;
  const int status = sqlite3_prepare_v3(connection_.get(), sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &prepared, nullptr);
  statement.reset(prepared);
  return {connection_.get(), prepared, status};
}

Result<void> Connection::Execute(const std::string& sql) {
  const int status = sqlite3_exec(connection_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (status != SQLITE_OK) return Fail(ErrorOf(connection_.get(), status));
  return {};
}

Result<std::int64_t> Connection::QueryInt(std::string_view sql) {
  Query query = Prepare(sql);
  const std::int64_t value = query.Next() ? query.Int(0) : 0;
  if (auto done = query.Finish(); !done) return Fail(done.error());
  return value;
}

void Connection::KeepLog() { sqlite3_db_config(connection_.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr); }

bool Connection::InTransaction() const { return sqlite3_get_autocommit(connection_.get()) == 0; }

std::int64_t Connection::Changes() const { return sqlite3_changes64(connection_.get()); }

Result<void> Connection::Checkpoint(bool wait) {
  const int mode = wait ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE;
  const int status = sqlite3_wal_checkpoint_v2(connection_.get(), nullptr, mode, nullptr, nullptr);
  if (status != SQLITE_OK) return Fail(ErrorOf(connection_.get(), status));
  wal_pages_ = 0;  // the next commit says how long it is then
  return {};
}

int Connection::PastDeadline(void* self) {
  const auto deadline = static_cast<Connection*>(self)->deadline_;
  return deadline != SteadyTime::max() && SteadyClock::now() > deadline ? 1 : 0;
}

int Connection::NoteWalPages(void* self, sqlite3* /*connection*/, const char* /*database*/, int pages) {
  static_cast<Connection*>(self)->wal_pages_ = pages;
  return SQLITE_OK;
}

}  // namespace demo::sqlite
