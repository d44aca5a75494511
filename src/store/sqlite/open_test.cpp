#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "store/sqlite/sqlite_store.h"
#include "store/sqlite/temporary_folder.h"

namespace demo {
namespace {

using testing::HasSubstr;
using testing::Not;

class OpenSqlite : public testing::Test {
 protected:
  Result<std::unique_ptr<Store>> Open() { return OpenSqliteStore(dir(), {}); }
  std::filesystem::path dir() const { return folder_.path() / "data"; }

  /// Runs `sql` on the file as any other program would.
  void Execute(const std::string& sql) const {
    sqlite3* connection = nullptr;
    ASSERT_EQ(sqlite3_open((dir() / "demo.db").c_str(), &connection), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(connection, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
        << sqlite3_errmsg(connection);
    sqlite3_close(connection);
  }

  static void ExpectRefusal(const Result<std::unique_ptr<Store>>& opened, ErrorCode code, const std::string& says) {
    ASSERT_FALSE(opened.has_value());
    EXPECT_EQ(opened.error().code, code);
    EXPECT_THAT(opened.error().message, HasSubstr(says));
    EXPECT_THAT(opened.error().message, Not(HasSubstr("\n")));
  }

  static unsigned ModeOf(const std::filesystem::path& path) {
    struct stat status{};
    EXPECT_EQ(stat(path.c_str(), &status), 0);
    return status.st_mode & 0777;
  }

 private:
  TemporaryFolder folder_;
};

TEST_F(OpenSqlite, KeepsOthersOutOfItsFiles) {
  const auto store = Open();
  ASSERT_TRUE(store.has_value()) << store.error().message;
  ASSERT_TRUE((*store)->ClearAll({}).has_value());
  EXPECT_EQ(ModeOf(dir()), 0700u);
  for (const auto& entry : std::filesystem::directory_iterator(dir())) EXPECT_EQ(ModeOf(entry.path()), 0600u);
}

TEST_F(OpenSqlite, LeavesOneFileWithoutLogWhenClosed) {
  {
    ASSERT_TRUE((*Open())->AddUser({"Alice", "a@b", "France"}, {}).has_value());
  }
  EXPECT_FALSE(std::filesystem::exists(dir() / "demo.db-wal"));
  EXPECT_EQ((*Open())->CountAll()->users, 1);
}

TEST_F(OpenSqlite, LetsOneProcessInAndNamesIt) {
  const auto first = Open();
  ASSERT_TRUE(first.has_value());
  ExpectRefusal(Open(), ErrorCode::kUnavailable, "process " + std::to_string(getpid()));
}

TEST_F(OpenSqlite, RefusesANewerFile) {
  {
    ASSERT_TRUE(Open().has_value());
  }
  Execute("PRAGMA user_version = 99");
  ExpectRefusal(Open(), ErrorCode::kInvalid, "newer demo-app");
}

TEST_F(OpenSqlite, RefusesAnotherProgramsDatabase) {
  std::filesystem::create_directory(dir());
  Execute("CREATE TABLE theirs (x)");
  ExpectRefusal(Open(), ErrorCode::kInvalid, "another program");
  Execute("SELECT x FROM theirs");
}

TEST_F(OpenSqlite, RefusesWhatIsNoDatabase) {
  std::filesystem::create_directory(dir());
  std::ofstream(dir() / "demo.db") << std::string(5000, 'x');
  ExpectRefusal(Open(), ErrorCode::kInvalid, "damaged");
}

TEST_F(OpenSqlite, RefusesATornHeader) {
  {
    ASSERT_TRUE(Open().has_value());
  }
  std::fstream file(dir() / "demo.db", std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(100) << std::string(3000, '\xFF');
  file.close();
  ExpectRefusal(Open(), ErrorCode::kInvalid, "damaged");
}

TEST_F(OpenSqlite, RefusesAFileInPlaceOfTheFolder) {
  std::ofstream(dir()) << "x";
  ExpectRefusal(Open(), ErrorCode::kInvalid, dir().string());
}

TEST_F(OpenSqlite, RefusesAFolderThatCannotBe) {
  ExpectRefusal(OpenSqliteStore("/proc/demo-data", {}), ErrorCode::kInvalid, "/proc/demo-data");
}

TEST_F(OpenSqlite, SaysWhatItIs) {
  const auto store = Open();
  const auto topology = (*store)->DescribeTopology();
  ASSERT_TRUE(topology.has_value());
  EXPECT_EQ(topology->mode, Topology::Mode::kEmbedded);
  EXPECT_EQ(topology->connected_to, "sqlite");
  EXPECT_EQ(topology->version, std::string("SQLite ") + sqlite3_libversion());
  EXPECT_EQ(topology->location, (dir() / "demo.db").string());
  EXPECT_GT(topology->bytes, 0);
}

}  // namespace
}  // namespace demo
