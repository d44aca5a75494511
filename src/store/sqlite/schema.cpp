#include "store/sqlite/schema.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <string>

#include "store/request_record.h"

namespace demo::sqlite {
namespace {

constexpr std::int64_t kApplicationId = 0x64656D6F;  // "demo"

// `seq` ascends in the order of insertion. Single records are never deleted and a rolled back insert gives its number
// back, so it has no gaps: counting is a subtraction and a random pick one look.
// `orders_by_user` covers the totals of a user and gives its orders newest first; `orders_by_time` covers the days.
Result<void> CreateTables(Connection& writer) {
  return writer.Execute(R"sql(
      CREATE TABLE users (
        seq INTEGER PRIMARY KEY,
        user_id TEXT NOT NULL UNIQUE,
        name TEXT NOT NULL,
        email TEXT NOT NULL,
        country TEXT NOT NULL,
        created_at INTEGER,
        schema_version INTEGER
      ) STRICT;
      CREATE INDEX users_to_migrate ON users (seq) WHERE created_at IS NULL;

      CREATE TABLE orders (
        seq INTEGER PRIMARY KEY,
        order_id TEXT NOT NULL UNIQUE,
        user_seq INTEGER NOT NULL,
        amount_cents INTEGER NOT NULL,
        created_at INTEGER NOT NULL
      ) STRICT;
      CREATE INDEX orders_by_user ON orders (user_seq, seq, amount_cents);
      CREATE INDEX orders_by_time ON orders (created_at, amount_cents);

      CREATE TABLE requests (
        key TEXT PRIMARY KEY,
        fingerprint TEXT NOT NULL,
        kind TEXT NOT NULL,
        answer TEXT NOT NULL,
        created_at INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX requests_by_time ON requests (created_at);

      CREATE TABLE loads (load_id TEXT PRIMARY KEY, position INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    )sql");
}

/// "length:bytes," was each member of an answer; the first is an id or a number.
std::string FirstMember(const std::string& answer) {
  std::size_t size = 0;
  const auto [colon, error] = std::from_chars(answer.data(), answer.data() + answer.size(), size);
  const auto begin = static_cast<std::size_t>(colon - answer.data()) + 1;
  return error == std::errc() && begin <= answer.size() ? answer.substr(begin, size) : std::string();
}

/// Overwrites the pages that the file has free: the first version left what it removed in them.
Result<void> OverwriteFreePages(Connection& writer) {
  const auto free = writer.QueryInt("PRAGMA freelist_count");
  const auto size = writer.QueryInt("PRAGMA page_size");
  if (!free) return Fail(free.error());
  if (!size) return Fail(size.error());
  if (*free == 0) return {};
  return writer.Execute(
      fmt::format("CREATE TABLE filling (bytes BLOB);"
                  "INSERT INTO filling WITH RECURSIVE n (i) AS "
                  "(VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < {}) "
                  "SELECT zeroblob({}) FROM n;"
                  "DROP TABLE filling",
                  *free, *size));
}

/// Records kept what was asked and answered, with names and e-mails; see requests.h for what they keep now.
Result<void> ReduceRequests(Connection& writer) {
  constexpr std::string_view kCopy = "INSERT INTO reduced VALUES (?1, ?2, ?3, ?4, ?5)";
  auto made = writer.Execute(R"sql(
      CREATE TABLE reduced (
        key TEXT PRIMARY KEY,
        fingerprint TEXT NOT NULL,
        kind TEXT NOT NULL,
        answer TEXT NOT NULL,
        created_at INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;
    )sql");
  if (!made) return made;
  {
    Query old = writer.Prepare("SELECT key, fingerprint, kind, answer, created_at FROM requests");
    while (old.Next()) {
      const std::string key = old.Text(0);
      const std::string digest = DigestOf({key, old.Text(1)});
      const std::string kind = old.Text(2);
      const std::string kept = FirstMember(old.Text(3));
      Query copy = writer.Prepare(kCopy);
      copy.Bind(key, digest, kind, kept, old.Int(4));
      if (auto done = copy.Run(); !done) return done;
    }
    if (auto done = old.Finish(); !done) return done;
  }
  auto renamed = writer.Execute(R"sql(
      DROP TABLE requests;
      ALTER TABLE reduced RENAME TO requests;
      CREATE INDEX requests_by_time ON requests (created_at);
    )sql");
  return renamed ? OverwriteFreePages(writer) : renamed;
}

// Step N brings a file from version N to N + 1. A step that was released is never changed; a new one is appended.
constexpr std::array kSteps = {CreateTables, ReduceRequests};

Result<void> Step(Connection& writer, std::size_t from) {
  auto done = writer.Execute("BEGIN IMMEDIATE");
  if (done) done = kSteps.at(from)(writer);
  if (!done) return done;
  return writer.Execute(
      fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {}; COMMIT", kApplicationId, from + 1));
}

std::unexpected<Error> Refuse(const std::filesystem::path& file, std::string_view reason) {
  return Fail(ErrorCode::kInvalid, fmt::format("{} {}", file.string(), reason));
}

/// The version of the file; 0 for an empty one.
Result<std::size_t> ReadVersion(Connection& writer, const std::filesystem::path& file) {
  const auto application = writer.QueryInt("PRAGMA application_id");
  const auto version = writer.QueryInt("PRAGMA user_version");
  const auto objects = writer.QueryInt("SELECT count(*) FROM sqlite_schema");
  for (const auto& value : {application, version, objects}) {
    if (!value) return Fail(value.error());
  }
  if (*objects == 0 && *version == 0) return 0;
  if (*application != kApplicationId || *version < 0) return Refuse(file, "is another program's database");
  if (static_cast<std::size_t>(*version) > kSteps.size()) {
    return Refuse(file, fmt::format("was written by a newer demo-app (its version is {}, this program knows {})",
                                    *version, kSteps.size()));
  }
  return static_cast<std::size_t>(*version);
}

}  // namespace

Result<void> PrepareSchema(Connection& writer, const std::filesystem::path& file) {
  const auto version = ReadVersion(writer, file);
  if (!version) return Fail(version.error());
  if (auto wal = writer.Execute("PRAGMA journal_mode = WAL"); !wal) return wal;
  for (std::size_t from = *version; from < kSteps.size(); ++from) {
    if (auto stepped = Step(writer, from); !stepped) return stepped;
  }
  return {};
}

}  // namespace demo::sqlite
