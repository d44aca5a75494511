#include "store/sqlite/sqlite_store.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "store/sqlite/connection.h"
#include "store/sqlite/file_lock.h"
#include "store/sqlite/hosts.h"
#include "store/sqlite/readers.h"
#include "store/sqlite/reads.h"
#include "store/sqlite/requests.h"
#include "store/sqlite/schema.h"
#include "store/sqlite/store_files.h"
#include "store/sqlite/writer.h"
#include "store/sqlite/writes.h"

namespace demo {
namespace {

using sqlite::Connection;
using sqlite::Nothing;

Result<void> WithoutValue(const Result<Nothing>& result) {
  if (!result) return Fail(result.error());
  return {};
}

class SqliteStore final : public Store {
 public:
  SqliteStore(sqlite::FileLock lock, sqlite::StoreFiles files, std::unique_ptr<Connection> writer,
              const SqliteOptions& options)
      : lock_(std::move(lock)),
        files_(std::move(files)),
        writer_(std::move(writer), {options.write_queue, options.write_deadline, options.checkpoint_pages},
                {[this] { return files_.CheckInPlace(); }, sqlite::ForgetOldRequests}),
        readers_(files_.database(), {options.readers, options.read_deadline},
                 [this] { return files_.CheckInPlace(); }) {}

  Result<void> Ping() override {
    if (auto in_place = files_.CheckInPlace(); !in_place) return in_place;
    const auto users = readers_.Run([](Connection& c) { return c.QueryInt("SELECT max(seq) FROM users"); });
    if (!users) return Fail(users.error());
    return {};
  }

  Result<Topology> DescribeTopology() override {
    const auto bytes = readers_.Run([](Connection& c) {
      return c.QueryInt("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size");
    });
    if (!bytes) return Fail(bytes.error());
    return Topology{.mode = Topology::Mode::kEmbedded,
                    .connected_to = "sqlite",
                    .version = fmt::format("SQLite {}", sqlite3_libversion()),
                    .location = files_.database().string(),
                    .bytes = *bytes};
  }

  Result<Totals> CountAll() override { return readers_.Run(sqlite::CountAll); }

  Result<Page<UserSummary>> ListUsers(const PageRequest& page) override {
    return readers_.Run([&](Connection& c) { return sqlite::ListUsers(c, page); });
  }
  Result<Page<Order>> ListOrders(const PageRequest& page) override {
    return readers_.Run([&](Connection& c) { return sqlite::ListOrders(c, page); });
  }
  Result<Page<Order>> ListOrdersOfUser(const std::string& user_id, const PageRequest& page) override {
    return readers_.Run([&](Connection& c) { return sqlite::ListOrdersOfUser(c, user_id, page); });
  }
  Result<UserSummary> GetUser(const std::string& user_id) override {
    return readers_.Run([&](Connection& c) { return sqlite::GetUser(c, user_id); });
  }
  Result<Order> GetOrder(const std::string& user_id, const std::string& order_id) override {
    return readers_.Run([&](Connection& c) { return sqlite::GetOrder(c, user_id, order_id); });
  }
  Result<std::vector<DayOrders>> OrdersByDay(int days) override {
    return readers_.Run([&](Connection& c) { return sqlite::OrdersByDay(c, days); });
  }
  Result<std::vector<CountrySpending>> SpendingByCountry(int limit) override {
    return readers_.Run([&](Connection& c) { return sqlite::SpendingByCountry(c, limit); });
  }

  Result<User> AddUser(const NewUser& user, const IdempotencyKey& key) override {
    return WriteOnce<User>(key, "user", [user](Connection& c) { return sqlite::AddUser(c, user); });
  }
  Result<Order> PlaceOrder(const NewOrder& order, const IdempotencyKey& key) override {
    return WriteOnce<Order>(key, "order", [order](Connection& c) { return sqlite::PlaceOrder(c, order); });
  }
  Result<Order> PlaceOrderForRandomUser(Money amount, const IdempotencyKey& key) override {
    return WriteOnce<Order>(key, "random order",
                            [amount](Connection& c) { return sqlite::PlaceOrderForRandomUser(c, amount); });
  }
  Result<std::int64_t> MigrateUsers(const IdempotencyKey& key) override {
    return WriteOnce<std::int64_t>(key, "migration", sqlite::MigrateUsers);
  }
  Result<void> ReplaceAll(std::span<const User> users, std::span<const Order> orders,
                          const IdempotencyKey& key) override {
    return WithoutValue(WriteOnce<Nothing>(
        key, "replacement",
        [owned_users = std::vector(users.begin(), users.end()),
         owned_orders = std::vector(orders.begin(), orders.end())](Connection& c) {
          return sqlite::ReplaceAll(c, owned_users, owned_orders);
        },
        sqlite::Writer::Kind::kClears));
  }
  Result<void> ClearAll(const IdempotencyKey& key) override {
    return WithoutValue(WriteOnce<Nothing>(key, "clearing", sqlite::ClearAll, sqlite::Writer::Kind::kClears));
  }

  Result<bool> RecordRequest(const IdempotencyKey& key) override {
    if (key.key.empty()) return true;
    return writer_.Run<bool>([key](Connection& c) -> Result<bool> {
      constexpr std::string_view kKind = "request";
      const auto recorded = sqlite::FindRequest(c, key, kKind);
      if (!recorded) return Fail(recorded.error());
      if (*recorded) return false;
      if (auto stored = sqlite::RecordRequest(c, key, kKind, ""); !stored) return Fail(stored.error());
      return true;
    });
  }

  Result<void> LoadPart(const BulkPart& part) override {
    sqlite::OwnedPart owned{
        {part.users.begin(), part.users.end()}, {part.orders.begin(), part.orders.end()}, part.load_id, part.position};
    return WithoutValue(
        writer_.Run<Nothing>([owned = std::move(owned)](Connection& c) { return sqlite::LoadPart(c, owned); }));
  }
  Result<std::int64_t> LoadPosition(const std::string& load_id) override {
    return readers_.Run([&](Connection& c) { return sqlite::LoadPosition(c, load_id); });
  }

  Result<bool> RenewHost(const Host& host, std::chrono::seconds lifetime) override {
    return hosts_.Renew(host, lifetime, SteadyClock::now());
  }
  Result<void> RemoveHost(const std::string& pod) override {
    hosts_.Remove(pod);
    return {};
  }
  Result<std::vector<Host>> ListHosts() override { return hosts_.List(SteadyClock::now()); }

 private:
  template <typename T>
  Result<T> WriteOnce(const IdempotencyKey& key, std::string_view kind, std::function<Result<T>(Connection&)> operation,
                      sqlite::Writer::Kind effect = sqlite::Writer::Kind::kUsual) {
    const auto once = [key, kind, operation = std::move(operation)](Connection& connection) {
      return sqlite::Once<T>(connection, key, kind, operation);
    };
    return writer_.Run<T>(once, effect);
  }

  // The order is that of closing, from below: readers first, then the writer, which empties the log, then the lock.
  const sqlite::FileLock lock_;
  const sqlite::StoreFiles files_;
  sqlite::Hosts hosts_;
  sqlite::Writer writer_;
  sqlite::Readers readers_;
};

Result<void> MakeFolder(const std::filesystem::path& folder) {
  std::error_code error;
  const auto whole = std::filesystem::absolute(folder / ".").lexically_normal().parent_path();  // no slash at its end
  std::filesystem::create_directories(whole.parent_path(), error);
  if (mkdir(folder.c_str(), 0700) == 0) return {};
  const int reason = errno;
  if (std::filesystem::is_directory(folder, error)) return {};
  return Fail(ErrorCode::kInvalid,
              fmt::format("cannot make the folder {}: {}", folder.string(), std::strerror(reason)));
}

/// SQLite would make it readable for all; its log takes over the file's mode.
Result<void> MakeFile(const std::filesystem::path& file) {
  const int descriptor = open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) {
    return Fail(ErrorCode::kInvalid, fmt::format("cannot write {}: {}", file.string(), std::strerror(errno)));
  }
  close(descriptor);
  return {};
}

Result<std::unique_ptr<Connection>> OpenWriter(const std::filesystem::path& file, int cache_kib) {
  auto writer = Connection::Open(file, Connection::Access::kReadWrite, cache_kib);
  const Result<void> prepared = writer ? sqlite::PrepareSchema(**writer, file) : Fail(writer.error());
  if (prepared) return writer;
  if (prepared.error().code == ErrorCode::kInvalid) return Fail(prepared.error());
  if (prepared.error().code != ErrorCode::kInternal) {
    return Fail(prepared.error().code, fmt::format("{}: {}", file.string(), prepared.error().message));
  }
  return Fail(ErrorCode::kInvalid, fmt::format("{} is not a database of demo-app, or is damaged: {}", file.string(),
                                               prepared.error().message));
}

/// SQLite's count of its memory is a mutex that all connections share, and nobody reads it.
void TurnOffMemoryStatistics() {
  static const int once = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  (void)once;  // an error means that SQLite is in use already, which loses a little speed only
}

}  // namespace

SqliteOptions SqliteBulkOptions() {
  // The index by user, 18 MB for a million orders, is touched everywhere by each part: it should fit, and be moved once
  // for several parts.
  SqliteOptions options;
  options.write_deadline = std::chrono::seconds(30);
  options.writer_cache_kib = 128 * 1024;
  options.checkpoint_pages = 16'000;
  return options;
}

Result<std::unique_ptr<Store>> OpenSqliteStore(const std::filesystem::path& data_dir, const SqliteOptions& options) {
  TurnOffMemoryStatistics();
  if (auto made = MakeFolder(data_dir); !made) return Fail(made.error());
  sqlite::StoreFiles files(data_dir);
  if (auto writable = files.CheckAccess(); !writable) return Fail(writable.error());
  auto lock = sqlite::FileLock::Take(files.lock());
  if (!lock) return Fail(lock.error());
  if (auto made = MakeFile(files.database()); !made) return Fail(made.error());
  auto writer = OpenWriter(files.database(), options.writer_cache_kib);
  if (!writer) return Fail(writer.error());
  if (auto remembered = files.Remember(); !remembered) return Fail(remembered.error());
  return std::make_unique<SqliteStore>(*std::move(lock), std::move(files), *std::move(writer), options);
}

}  // namespace demo
