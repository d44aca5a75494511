#include "cli/load.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <map>
#include <set>
#include <sstream>

#include "cli/load_data.h"
#include "cli/load_progress.h"
#include "store/sqlite/sqlite_store.h"
#include "store/sqlite/temporary_folder.h"

namespace demo {
namespace {

using testing::HasSubstr;

constexpr std::chrono::sys_days kEnd = std::chrono::year(2026) / 11 / 1;

TEST(LoadData, IsTheSameOnEveryMachine) {
  const auto part = LoadData(100, 1000, 42, kEnd).Make(0);
  ASSERT_EQ(part.users.size(), 100u);
  ASSERT_EQ(part.orders.size(), 1000u);
  // Recorded once: whatever changes these changes the data of everybody, and must raise kFormat.
  EXPECT_EQ(part.users[7].user_id, "user_01JJNJ5CND3ZBHHAQMSXVFCYFX");
  EXPECT_EQ(part.users[7].name, "Chiara Ricci");
  EXPECT_EQ(part.orders[500].order_id, "order_01KFNT46HCYFM891FWE61JKRSZ");
  EXPECT_EQ(part.orders[500].user_id, "user_01JTXZGVRFCK6S0910BWN2N8S1");
  EXPECT_EQ(part.orders[500].amount.ToString(), "112.22");
}

TEST(LoadData, GivesOtherSeedsOtherData) {
  EXPECT_NE(LoadData(10, 10, 1, kEnd).Make(0).orders, LoadData(10, 10, 2, kEnd).Make(0).orders);
  EXPECT_NE(LoadData(10, 10, 1, kEnd).Id(), LoadData(10, 10, 2, kEnd).Id());
  EXPECT_NE(LoadData(10, 10, 1, kEnd).Id(), LoadData(10, 11, 1, kEnd).Id());
}

TEST(LoadData, LetsOnlyUsersOrderWhoExist) {
  for (const std::int64_t users : {1, 3, 500, 60'000}) {
    const LoadData data(users, 120'000, 3, kEnd);
    std::map<std::string, UnixMillis> created;
    UnixMillis last = 0;
    std::size_t orders = 0;
    for (std::int64_t part = 0; part < data.parts(); ++part) {
      const auto made = data.Make(part);
      EXPECT_LE(made.users.size() + made.orders.size(), 50'002u);
      for (const User& user : made.users) created.emplace(user.user_id, *user.created_at);
      for (const Order& order : made.orders) {
        ASSERT_TRUE(created.contains(order.user_id)) << users;
        ASSERT_LE(created.at(order.user_id), order.created_at);
        ASSERT_LE(last, order.created_at) << "records are in the order of time";
        last = order.created_at;
      }
      orders += made.orders.size();
    }
    EXPECT_EQ(created.size(), static_cast<std::size_t>(users)) << "ids are unique";
    EXPECT_EQ(orders, 120'000u);
  }
}

TEST(LoadData, FillsTwoYearsAndSkewsSpending) {
  const LoadData data(2000, 100'000, 1, kEnd);
  std::map<std::string, int> orders_of;
  std::set<std::int64_t> days;
  for (std::int64_t part = 0; part < data.parts(); ++part) {
    for (const Order& order : data.Make(part).orders) {
      ++orders_of[order.user_id];
      days.insert(order.created_at / 86'400'000);
    }
  }
  EXPECT_EQ(days.size(), 730u);
  EXPECT_EQ(*days.rbegin() + 1, kEnd.time_since_epoch().count());
  std::vector<int> counts;
  for (const auto& [user, count] : orders_of) counts.push_back(count);
  std::ranges::sort(counts, std::greater());
  int best_fifth = 0;
  for (std::size_t i = 0; i < 400; ++i) best_fifth += counts[i];
  EXPECT_GT(best_fifth, 60'000);
  EXPECT_LT(best_fifth, 90'000);
}

class LoadIntoSqlite : public testing::Test {
 protected:
  int Load(std::int64_t users, std::int64_t orders, const std::atomic<bool>& stop) {
    out_.str("");
    return RunLoad(*store_, {users, orders, 1, kEnd}, out_, false, stop);
  }
  Totals totals() { return store_->CountAll().value(); }
  std::string said() const { return out_.str(); }
  Store& store() { return *store_; }

  const std::atomic<bool> go_on_ = false;

 private:
  TemporaryFolder folder_;
  std::unique_ptr<Store> store_ = OpenSqliteStore(folder_.path(), {}).value();
  std::ostringstream out_;
};

TEST_F(LoadIntoSqlite, StoresAllOnce) {
  EXPECT_EQ(Load(50, 80'000, go_on_), 0) << said();
  EXPECT_EQ(totals(), (Totals{50, 80'000, false}));
  EXPECT_THAT(said(), HasSubstr("Stored 50 users and 80 000 orders"));
  EXPECT_EQ(Load(50, 80'000, go_on_), 0);
  EXPECT_EQ(totals(), (Totals{50, 80'000, false}));
  EXPECT_THAT(said(), HasSubstr("stored already"));
}

TEST_F(LoadIntoSqlite, GoesOnWhereItStopped) {
  const std::atomic<bool> stop = true;
  EXPECT_EQ(Load(50, 80'000, stop), 1);
  EXPECT_THAT(said(), HasSubstr("The same command goes on from here."));

  const LoadData data(50, 80'000, 1, kEnd);
  const auto first = data.Make(0);
  ASSERT_TRUE(store().LoadPart({first.users, first.orders, data.Id(), 1}).has_value());
  EXPECT_EQ(Load(50, 80'000, go_on_), 0);
  EXPECT_THAT(said(), HasSubstr("Going on after"));
  EXPECT_EQ(totals(), (Totals{50, 80'000, false}));
}

TEST_F(LoadIntoSqlite, AddsToWhatIsThere) {
  ASSERT_TRUE(store().AddUser({"Alice", "a@b", "France"}, {}).has_value());
  EXPECT_EQ(Load(10, 100, go_on_), 0);
  EXPECT_THAT(said(), HasSubstr("The store holds 1 users and 0 orders; this load is added to them."));
  EXPECT_EQ(totals(), (Totals{11, 100, false}));
}

TEST_F(LoadIntoSqlite, LoadsUsersAlone) {
  EXPECT_EQ(Load(10, 0, go_on_), 0) << said();
  EXPECT_EQ(totals(), (Totals{10, 0, false}));
}

TEST(LoadProgress, DrawsABarOnATerminalAndLinesElsewhere) {
  const SteadyTime start;
  std::ostringstream terminal;
  LoadProgress bar(terminal, true, 0, 1000, start);
  bar.Show(500, start + std::chrono::seconds(2));
  bar.End();
  EXPECT_EQ(terminal.str(), "\r\x1B[K[###############...............]  50 %  500 of 1 000 records  250/s  0:03 left\n");

  std::ostringstream file;
  LoadProgress lines(file, false, 0, 1000, start);
  lines.Show(100, start + std::chrono::seconds(1));
  lines.Show(200, start + std::chrono::milliseconds(1500));
  lines.Show(1000, start + std::chrono::seconds(2));
  EXPECT_EQ(file.str(), " 10 %  100 of 1 000 records  100/s  0:10 left\n100 %  1 000 of 1 000 records  500/s\n");
}

TEST(StopOnSignal, IsSetBySigint) {
  const auto before = std::signal(SIGINT, SIG_DFL);
  const std::atomic<bool>& stop = StopOnSignal();
  EXPECT_FALSE(stop);
  std::raise(SIGINT);
  EXPECT_TRUE(stop);
  std::signal(SIGINT, before);
  std::signal(SIGTERM, SIG_DFL);
}

}  // namespace
}  // namespace demo
