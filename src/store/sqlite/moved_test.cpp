#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "store/conformance/store_conformance.h"
#include "store/sqlite/sqlite_store.h"
#include "store/sqlite/temporary_folder.h"

namespace demo {
namespace {

using testing::HasSubstr;
namespace fs = std::filesystem;

/// A store whose files something moves while it is open.
class MovedFiles : public testing::TestWithParam<const char*> {
 protected:
  MovedFiles() {
    user_ = Ok(store_->AddUser(Alice(), {}));
    Ok(store_->GetUser(user_.user_id));  // whose connection goes on reading
  }

  fs::path data() const { return folder_.path() / "data"; }
  fs::path away() const { return folder_.path() / "away"; }
  fs::path file() const { return data() / GetParam(); }

  void ExpectRefused() {
    for (int i = 0; i < 2; ++i) {
      const Error error = ErrorIn(store_->AddUser(Alice(), {"key", "f"}));
      EXPECT_EQ(error.code, ErrorCode::kUnavailable);
      EXPECT_THAT(error.message, HasSubstr(file().string() + " was moved, removed or replaced"));
      EXPECT_EQ(CodeOf(store_->Ping()), ErrorCode::kUnavailable);
    }
    EXPECT_EQ(Ok(store_->GetUser(user_.user_id)).user, user_) << "reads go on";
  }
  void ExpectWell(std::int64_t users) {
    Ok(store_->Ping());
    Ok(store_->AddUser(Alice(), {"key", "f"}));
    EXPECT_EQ(Ok(store_->CountAll()).users, users);
  }

  TemporaryFolder folder_;
  std::unique_ptr<Store> store_ = Ok(OpenSqliteStore(data(), {}));
  User user_;
};

TEST_P(MovedFiles, RefusesWritesUntilTheyAreBack) {
  fs::rename(file(), away());
  ExpectRefused();
  fs::rename(away(), file());
  ExpectWell(2);
}

TEST_P(MovedFiles, IsNotDeceivedByOthersInTheirPlace) {
  fs::rename(file(), away());
  fs::copy_file(away(), file());
  ExpectRefused();
  fs::rename(away(), file());
  ExpectWell(2);
}

TEST_P(MovedFiles, IsNotDeceivedByAnotherFolder) {
  fs::rename(data(), away());
  const Error error = ErrorIn(store_->AddUser(Alice(), {}));
  EXPECT_EQ(error.code, ErrorCode::kUnavailable);
  fs::create_directory(data());
  EXPECT_EQ(CodeOf(store_->AddUser(Alice(), {})), ErrorCode::kUnavailable);
  fs::remove(data());
  fs::rename(away(), data());
  ExpectWell(2);
}

TEST_P(MovedFiles, LeavesTheFilesOfTheNextAlone) {
  fs::remove_all(data());
  EXPECT_EQ(CodeOf(store_->Ping()), ErrorCode::kUnavailable);
  auto next = Ok(OpenSqliteStore(data(), {}));
  Ok(next->AddUser(Alice(), {"next", "f"}));
  EXPECT_EQ(CodeOf(store_->AddUser(Alice(), {})), ErrorCode::kUnavailable);
  store_.reset();
  for (const char* name : {"demo.lock", "demo.db", "demo.db-wal", "demo.db-shm"})
    EXPECT_TRUE(fs::exists(data() / name));
  Ok(next->AddUser(Alice(), {}));
  next.reset();
  EXPECT_EQ(Ok(Ok(OpenSqliteStore(data(), {}))->CountAll()).users, 2);
}

INSTANTIATE_TEST_SUITE_P(Each, MovedFiles, testing::Values("demo.lock", "demo.db", "demo.db-wal", "demo.db-shm"),
                         [](const auto& file) {
                           std::string name = file.param;
                           std::erase_if(name, [](char c) { return c == '.' || c == '-'; });
                           return name;
                         });

}  // namespace
}  // namespace demo
