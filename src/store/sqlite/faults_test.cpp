#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <string>
#include <thread>

#include "store/conformance/store_conformance.h"
#include "store/sqlite/connection.h"
#include "store/sqlite/faulty_disk.h"
#include "store/sqlite/sqlite_store.h"
#include "store/sqlite/temporary_folder.h"

namespace demo {
namespace {

class OnAFaultyDisk : public testing::Test {
 protected:
  void Open(const SqliteOptions& options = {}) {
    store_.reset();
    store_ = Ok(OpenSqliteStore(folder_.path(), options));
  }
  Store& store() { return *store_; }
  FaultyDisk& disk() { return disk_; }
  std::int64_t users() { return Ok(store_->CountAll()).users; }

  void ExpectSound() {
    auto connection =
        Ok(sqlite::Connection::Open(folder_.path() / "demo.db", sqlite::Connection::Access::kReadOnly, 100));
    auto query = connection->Prepare("PRAGMA integrity_check");
    ASSERT_TRUE(query.Next());
    EXPECT_EQ(query.Text(0), "ok");
  }

 private:
  TemporaryFolder folder_;
  FaultyDisk disk_;
  std::unique_ptr<Store> store_;
};

struct Fault {
  std::string name;
  std::function<void(FaultyDisk&)> inject;
};

class EveryFault : public OnAFaultyDisk, public testing::WithParamInterface<Fault> {};

TEST_P(EveryFault, StopsWritesNotReadsAndHealsWithoutARestart) {
  Open();
  const User before = Ok(store().AddUser(Alice(), {}));
  GetParam().inject(disk());
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(CodeOf(store().AddUser(Alice(), {"key", "f"})), ErrorCode::kUnavailable);
    EXPECT_EQ(Ok(store().GetUser(before.user_id)).user, before);
    EXPECT_EQ(users(), 1);
    EXPECT_TRUE(store().Ping().has_value());
  }
  AtOnce(20, [&](int) { EXPECT_EQ(CodeOf(store().AddUser(Alice(), {"key", "f"})), ErrorCode::kUnavailable); });

  disk().Heal();
  const User after = Ok(store().AddUser(Alice(), {"key", "f"}));
  EXPECT_EQ(Ok(store().AddUser(Alice(), {"key", "f"})), after);
  EXPECT_EQ(users(), 2);
  ExpectSound();
  Open();
  EXPECT_EQ(users(), 2);
  ExpectSound();
}

INSTANTIATE_TEST_SUITE_P(
    Disk, EveryFault,
    testing::Values(Fault{"Full", [](FaultyDisk& disk) { disk.FailWrites(SQLITE_FULL); }},
                    Fault{"ReadOnly", [](FaultyDisk& disk) { disk.FailWrites(SQLITE_READONLY); }},
                    Fault{"WriteError", [](FaultyDisk& disk) { disk.FailWrites(SQLITE_IOERR_WRITE); }},
                    Fault{"SyncError", [](FaultyDisk& disk) { disk.FailSyncs(SQLITE_IOERR_FSYNC); }}),
    [](const auto& fault) { return fault.param.name; });

TEST_F(OnAFaultyDisk, AcknowledgesWhatTheLogHoldsThoughItCannotBeMovedOn) {
  SqliteOptions options;
  options.checkpoint_pages = 1;
  Open(options);
  disk().FailWrites(SQLITE_FULL, "demo.db");
  for (int i = 0; i < 5; ++i) Ok(store().AddUser(Alice(), {}));
  disk().Heal();
  Ok(store().AddUser(Alice(), {}));
  Open();
  EXPECT_EQ(users(), 6);
  ExpectSound();
}

TEST_F(OnAFaultyDisk, KeepsTheOldDataWhenTheNewFindsNoSpace) {
  SqliteOptions options;
  options.write_deadline = std::chrono::seconds(60);  // a sanitizer makes it slow
  Open(options);
  const User user = Ok(store().AddUser(Alice(), {}));
  std::vector<User> many;
  for (int i = 0; i < 50'000; ++i) many.push_back(OldUser("user_" + std::to_string(i)));  // more than the page cache
  disk().FailWrites(SQLITE_FULL, "-wal");
  EXPECT_EQ(CodeOf(store().ReplaceAll(many, {}, {})), ErrorCode::kUnavailable);
  disk().Heal();
  EXPECT_EQ(Ok(store().GetUser(user.user_id)).user, user);
  EXPECT_EQ(users(), 1);
  ExpectSound();
}

TEST_F(OnAFaultyDisk, KeepsItsDeadlineWhenTheDiskHangs) {
  SqliteOptions options;
  options.write_deadline = std::chrono::milliseconds(100);
  Open(options);
  disk().HangSyncs();
  EXPECT_EQ(CodeOf(store().AddUser(Alice(), {"taken", "f"})), ErrorCode::kTimeout);
  EXPECT_EQ(CodeOf(store().AddUser(Alice(), {"waiting", "f"})), ErrorCode::kTimeout);
  EXPECT_TRUE(store().Ping().has_value());
  disk().Heal();
  while (users() == 0) std::this_thread::yield();
  EXPECT_EQ(users(), 1) << "what nobody waited for any more was not begun";
  Ok(store().AddUser(Alice(), {"taken", "f"}));
  EXPECT_EQ(users(), 1) << "the key settles what became of the first";
}

TEST_F(OnAFaultyDisk, RefusesWritesBeyondItsQueueAtOnce) {
  SqliteOptions options;
  options.write_queue = 2;
  options.write_deadline = std::chrono::seconds(20);
  Open(options);
  disk().HangSyncs();
  std::atomic<int> refused = 0;
  std::atomic<int> done = 0;
  std::jthread heals([&] {
    while (refused < 6) std::this_thread::yield();  // two at most are being written and two wait
    disk().Heal();
  });
  AtOnce(10, [&](int) {
    const auto added = store().AddUser(Alice(), {});
    EXPECT_TRUE(added || added.error().code == ErrorCode::kUnavailable);
    ++(added ? done : refused);
  });
  EXPECT_EQ(users(), done);
  EXPECT_GE(done, 2);
}

}  // namespace
}  // namespace demo
