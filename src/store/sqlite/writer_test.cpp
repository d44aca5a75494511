#include "store/sqlite/writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <new>
#include <stdexcept>

#include "store/conformance/store_conformance.h"
#include "store/sqlite/temporary_folder.h"

namespace demo::sqlite {
namespace {

using testing::HasSubstr;

class WriterTest : public testing::Test {
 protected:
  WriterTest() {
    auto connection = Ok(Connection::Open(file(), Connection::Access::kReadWrite, 2000));
    Ok(connection->Execute("PRAGMA journal_mode = WAL; CREATE TABLE t (x INTEGER)"));
    const Writer::Hooks hooks{[this] { return check_(); }, [this](Connection& c) { return chore_(c); }};
    writer_ =
        std::make_unique<Writer>(std::move(connection), Writer::Limits{100, std::chrono::seconds(20), 4000}, hooks);
  }

  std::filesystem::path file() const { return folder_.path() / "demo.db"; }
  Result<int> Insert(int value) {
    return writer_->Run<int>([value](Connection& c) -> Result<int> {
      if (auto done = c.Execute("INSERT INTO t VALUES (" + std::to_string(value) + ")"); !done) {
        return Fail(done.error());
      }
      if (value < 0) throw std::runtime_error("for the test");
      return value;
    });
  }
  std::int64_t Rows() {
    return Ok(Ok(Connection::Open(file(), Connection::Access::kReadOnly, 100))->QueryInt("SELECT count(*) FROM t"));
  }

  std::function<Result<void>()> check_ = [] { return Result<void>(); };
  std::function<Result<void>(Connection&)> chore_ = [](Connection&) { return Result<void>(); };

 private:
  TemporaryFolder folder_;

 protected:
  std::unique_ptr<Writer> writer_;
};

TEST_F(WriterTest, AnOperationThatThrowsFailsAloneAndChangesNothing) {
  for (int i = 0; i < 3; ++i) {
    const Error error = ErrorIn(Insert(-1));
    EXPECT_EQ(error.code, ErrorCode::kInternal);
    EXPECT_THAT(error.message, HasSubstr("for the test"));
    EXPECT_EQ(Ok(Insert(1)), 1);
  }
  EXPECT_EQ(Rows(), 3);
}

TEST_F(WriterTest, ThoseWhoWriteAtTheSameTimeNoticeNothing) {
  AtOnce(60, [&](int i) {
    const auto written = Insert(i % 3 == 0 ? -1 : i);
    EXPECT_EQ(written.has_value(), i % 3 != 0);
  });
  EXPECT_EQ(Rows(), 40);
}

TEST_F(WriterTest, WhatIsNoExceptionOfTheLibraryIsCaughtToo) {
  const auto thrown = writer_->Run<int>([](Connection&) -> Result<int> { throw 42; });
  EXPECT_EQ(CodeOf(thrown), ErrorCode::kInternal);
  EXPECT_EQ(Ok(Insert(1)), 1);
}

TEST_F(WriterTest, AnExceptionBesideTheOperationsFailsTheGroupAndNotTheNext) {
  chore_ = [](Connection&) -> Result<void> { throw std::bad_alloc(); };
  AtOnce(10, [&](int i) { EXPECT_EQ(CodeOf(Insert(i)), ErrorCode::kInternal); });
  chore_ = [](Connection&) { return Result<void>(); };
  EXPECT_EQ(Ok(Insert(1)), 1);
  EXPECT_EQ(Rows(), 1);

  check_ = []() -> Result<void> { throw std::bad_alloc(); };
  AtOnce(10, [&](int i) { EXPECT_EQ(CodeOf(Insert(i)), ErrorCode::kInternal); });
  check_ = [] { return Result<void>(); };
  EXPECT_EQ(Ok(Insert(1)), 1);
  EXPECT_EQ(Rows(), 2);
}

TEST_F(WriterTest, AClearingRunsAloneAndLeavesAnEmptyLog) {
  std::atomic<int> done = 0;
  AtOnce(30, [&](int i) {
    if (i % 10 != 0) return static_cast<void>(done += Insert(i).has_value() ? 1 : 0);
    Ok(writer_->Run<int>(
        [](Connection& c) -> Result<int> {
          // A savepoint would have to be released before a transaction could be seen as the only one.
          EXPECT_FALSE(c.Execute("RELEASE operation").has_value());
          return 1;
        },
        Writer::Kind::kClears));
  });
  EXPECT_EQ(done, 27);
  Ok(writer_->Run<int>([](Connection&) -> Result<int> { return 1; }, Writer::Kind::kClears));
  EXPECT_EQ(std::filesystem::file_size(file().string() + "-wal"), 0u);
}

}  // namespace
}  // namespace demo::sqlite
