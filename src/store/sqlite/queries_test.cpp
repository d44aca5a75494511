#include "store/sqlite/queries.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "store/sqlite/connection.h"
#include "store/sqlite/reads.h"
#include "store/sqlite/schema.h"
#include "store/sqlite/temporary_folder.h"

namespace demo::sqlite {
namespace {

using testing::HasSubstr;
using testing::Not;

class Queries : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(PrepareSchema(connection(), folder_.path()).has_value()); }
  Connection& connection() { return *connection_; }

  /// What SQLite says that it will do for `sql`, a line a step.
  std::string PlanOf(std::string_view sql) {
    const std::string explained = "EXPLAIN QUERY PLAN " + std::string(sql);
    auto separate = Connection::Open(folder_.path() / "demo.db", Connection::Access::kReadOnly, 100).value();
    Query query = separate->Prepare(explained);
    std::string plan;
    while (query.Next()) {
      if (query.Text(3) != "SCAN CONSTANT ROW") plan += query.Text(3) + "\n";  // that one reads nothing
    }
    EXPECT_TRUE(query.Finish().has_value()) << sql;
    return plan;
  }

 private:
  TemporaryFolder folder_;
  std::unique_ptr<Connection> connection_ =
      Connection::Open(folder_.path() / "demo.db", Connection::Access::kReadWrite, 2000).value();
};

TEST_F(Queries, OfEveryRequestSearchAndNeverScanOrSort) {
  using namespace queries;
  for (const std::string_view sql : {kCountUsers, kCountOrders, kListUsers, kGetUser, kTotalsOfUser, kFindUser,
                                     kListOrders, kListOrdersOfUser, kGetOrder, kNewestOrderBefore, kTotalsOfTime,
                                     kFirstUserSeq, kUserAt, kLoadPosition, kFindRequest, kForgetRequests}) {
    const std::string plan = PlanOf(sql);
    EXPECT_THAT(plan, Not(HasSubstr("TEMP B-TREE"))) << sql;
    EXPECT_THAT(plan, Not(HasSubstr("AUTOMATIC"))) << sql;
    EXPECT_THAT(plan, Not(HasSubstr("SCAN"))) << sql;
  }
}

TEST_F(Queries, SumFromCoveringIndexes) {
  EXPECT_EQ(PlanOf(queries::kTotalsOfUser), "SEARCH orders USING COVERING INDEX orders_by_user (user_seq=?)\n");
  EXPECT_EQ(PlanOf(queries::kTotalsOfTime),
            "SEARCH orders USING COVERING INDEX orders_by_time (created_at>? AND created_at<?)\n");
  EXPECT_EQ(PlanOf(queries::kTotalsOfUsers), "SCAN orders USING COVERING INDEX orders_by_user\n");
}

TEST_F(Queries, MigrateOnlyWhatIsOld) { EXPECT_THAT(PlanOf(queries::kMigrateUsers), HasSubstr("users_to_migrate")); }

TEST_F(Queries, AddAMillionTimesTenCentsExactly) {
  ASSERT_TRUE(connection()
                  .Execute("INSERT INTO users (user_id, name, email, country) VALUES ('user_1', 'A', 'a@b', 'France');"
                           "WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 1000000) "
                           "INSERT INTO orders (order_id, user_seq, amount_cents, created_at) "
                           "SELECT 'order_' || i, 1, 10, i FROM n")
                  .has_value());
  EXPECT_EQ(GetUser(connection(), "user_1")->total_spent.ToString(), "100000.00");
  EXPECT_EQ(SpendingByCountry(connection(), 1)->front().spent.ToString(), "100000.00");
  EXPECT_EQ(CountAll(connection()), (Totals{1, 1'000'000, false}));
}

TEST_F(Queries, EndAtTheirDeadline) {
  connection().SetDeadline(SteadyClock::now());
  const auto counted = connection().QueryInt(
      "WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 1000000000) SELECT count(*) FROM n");
  ASSERT_FALSE(counted.has_value());
  EXPECT_EQ(counted.error().code, ErrorCode::kTimeout);
  connection().SetDeadline(SteadyTime::max());
  EXPECT_EQ(connection().QueryInt("SELECT 42"), 42);
}

}  // namespace
}  // namespace demo::sqlite
