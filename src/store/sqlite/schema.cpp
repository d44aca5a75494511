#include "store/sqlite/schema.h"

#include <fmt/format.h>

#include <array>

namespace demo::sqlite {
namespace {

constexpr std::int64_t kApplicationId = 0x64656D6F;  // "demo"

// Step N brings a file from version N to N + 1. A step that was released is never changed; a new one is appended.
//
// `seq` ascends in the order of insertion. Single records are never deleted and a rolled back insert gives its number
// back, so it has no gaps: counting is a subtraction and a random pick one look.
// `orders_by_user` covers the totals of a user and gives its orders newest first; `orders_by_time` covers the days.
constexpr std::array kSteps = {
    R"sql(
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
    )sql",
};

Result<void> Step(Connection& writer, std::size_t from) {
  return writer.Execute(fmt::format("BEGIN IMMEDIATE; {} PRAGMA application_id = {}; PRAGMA user_version = {}; COMMIT",
                                    kSteps.at(from), kApplicationId, from + 1));
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
