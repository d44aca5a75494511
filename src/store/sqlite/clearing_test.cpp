#include <gtest/gtest.h>
#include <sqlite3.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>

#include "store/conformance/store_conformance.h"
#include "store/sqlite/connection.h"
#include "store/sqlite/sqlite_store.h"
#include "store/sqlite/temporary_folder.h"

namespace demo {
namespace {

namespace fs = std::filesystem;

const IdempotencyKey kOldKey{"old-key", "POST /api/users\nAlice Dupont\nalice@ecam.be\nFrance"};

// As the first version made it, with the pages that it freed and did not overwrite.
constexpr const char* kFirstVersion = R"sql(
  PRAGMA journal_mode = WAL;
  PRAGMA secure_delete = OFF;
  CREATE TABLE users (
    seq INTEGER PRIMARY KEY, user_id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, email TEXT NOT NULL,
    country TEXT NOT NULL, created_at INTEGER, schema_version INTEGER
  ) STRICT;
  CREATE INDEX users_to_migrate ON users (seq) WHERE created_at IS NULL;
  CREATE TABLE orders (
    seq INTEGER PRIMARY KEY, order_id TEXT NOT NULL UNIQUE, user_seq INTEGER NOT NULL,
    amount_cents INTEGER NOT NULL, created_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX orders_by_user ON orders (user_seq, seq, amount_cents);
  CREATE INDEX orders_by_time ON orders (created_at, amount_cents);
  CREATE TABLE requests (
    key TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, kind TEXT NOT NULL, answer TEXT NOT NULL,
    created_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX requests_by_time ON requests (created_at);
  CREATE TABLE loads (load_id TEXT PRIMARY KEY, position INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
    INSERT INTO users (user_id, name, email, country) SELECT 'user_' || i, 'Freed Page', 'freed@ecam.be', 'France' FROM n;
  WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
    INSERT INTO requests SELECT 'k' || i, 'POST /api/users' || char(10) || 'Freed Page', 'user', '', 1 FROM n;
  DELETE FROM users;
  DELETE FROM requests;
  INSERT INTO users VALUES (1, 'user_01ABC', 'Alice Dupont', 'alice@ecam.be', 'France', 1700000000000, 1);
  INSERT INTO orders VALUES (1, 'order_01ABC', 1, 7525, 1700000000001);
  WITH now (t) AS (SELECT CAST(strftime('%s') AS INTEGER) * 1000)
  INSERT INTO requests SELECT * FROM (
    SELECT 'old-key', 'POST /api/users' || char(10) || 'Alice Dupont' || char(10) || 'alice@ecam.be' || char(10) || 'France',
      'user', '10:user_01ABC,12:Alice Dupont,13:alice@ecam.be,6:France,13:1700000000000,1:1,', t FROM now
    UNION ALL SELECT 'old-order', 'f', 'order', '11:order_01ABC,10:user_01ABC,12:Alice Dupont,4:7525,13:1700000000001,', t FROM now
    UNION ALL SELECT 'old-migration', 'f', 'migration', '2:42,', t FROM now
    UNION ALL SELECT 'old-clearing', 'f', 'clearing', '', t FROM now);
  PRAGMA application_id = 1684368751;
  PRAGMA user_version = 1;
)sql";

class Clearing : public testing::Test {
 protected:
  fs::path folder() const { return folder_.path(); }

  void MakeFirstVersion() const {
    sqlite3* connection = nullptr;
    ASSERT_EQ(sqlite3_open((folder() / "demo.db").c_str(), &connection), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(connection, kFirstVersion, nullptr, nullptr, nullptr), SQLITE_OK)
        << sqlite3_errmsg(connection);
    sqlite3_close(connection);
  }

  /// The files that hold one of `texts`.
  std::string Holding(std::initializer_list<std::string> texts) const {
    std::string holding;
    for (const auto& entry : fs::directory_iterator(folder())) {
      std::ifstream file(entry.path(), std::ios::binary);
      const std::string bytes{std::istreambuf_iterator<char>(file), {}};
      for (const std::string& text : texts) {
        if (bytes.contains(text)) holding += entry.path().filename().string() + ": " + text + "\n";
      }
    }
    return holding;
  }

 private:
  TemporaryFolder folder_;
};

TEST_F(Clearing, TheFirstVersionsRecordsAreUnderstoodAndReduced) {
  MakeFirstVersion();
  EXPECT_NE(Holding({"Freed Page"}), "") << "the test's own premise";
  {
    const auto store = Ok(OpenSqliteStore(folder(), {}));
    const User alice{"user_01ABC", "Alice Dupont", "alice@ecam.be", "France", 1'700'000'000'000, 1};
    EXPECT_EQ(Ok(store->AddUser(Alice(), kOldKey)), alice);
    EXPECT_EQ(CodeOf(store->AddUser(Alice(), {kOldKey.key, "other"})), ErrorCode::kInvalid);
    const Order order{"order_01ABC", "user_01ABC", "Alice Dupont", Money::FromCents(7525), 1'700'000'000'001};
    EXPECT_EQ(Ok(store->PlaceOrder({"user_01ABC", Money::FromCents(7525)}, {"old-order", "f"})), order);
    EXPECT_EQ(Ok(store->MigrateUsers({"old-migration", "f"})), 42);
    Ok(store->ClearAll({"old-clearing", "f"}));
    EXPECT_EQ(Ok(store->CountAll()).users, 1) << "it was cleared once, long ago";
  }
  // Pages that are in use may hold what the first version removed from them, until they are cleared.
  {
    const auto store = Ok(OpenSqliteStore(folder(), {}));
    Ok(store->ClearAll({}));
    EXPECT_EQ(Holding({"Freed Page", "Alice Dupont", "alice@ecam.be"}), "");
    EXPECT_EQ(CodeOf(store->AddUser(Alice(), kOldKey)), ErrorCode::kConflict);
  }
  EXPECT_EQ(Holding({"Freed Page", "Alice Dupont", "alice@ecam.be"}), "");
}

TEST_F(Clearing, WaitsForNoReaderLongerThanItMustAndSweepsUpBehindThem) {
  const auto store = Ok(OpenSqliteStore(folder(), {}));
  for (int i = 0; i < 50; ++i) Ok(store->AddUser(Alice(), {"key-" + std::to_string(i), "f"}));
  auto reader = Ok(sqlite::Connection::Open(folder() / "demo.db", sqlite::Connection::Access::kReadOnly, 100));
  Ok(reader->Execute("BEGIN; SELECT max(seq) FROM users"));
  Ok(store->ClearAll({}));
  EXPECT_EQ(Ok(store->CountAll()).users, 0);
  Ok(reader->Execute("COMMIT"));
  const SteadyTime end = SteadyClock::now() + std::chrono::seconds(30);
  while (!Holding({"alice@ecam.be"}).empty() && SteadyClock::now() < end) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  EXPECT_EQ(Holding({"Alice Dupont", "alice@ecam.be"}), "");
}

}  // namespace
}  // namespace demo
