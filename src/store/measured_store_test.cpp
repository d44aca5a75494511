#include "store/measured_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "base/store_time.h"

namespace demo {
namespace {

/// A store of which only a few operations are asked here.
class FewOperations : public Store {
 public:
  Result<void> Ping() override { return {}; }
  Result<UserSummary> GetUser(const std::string& user_id) override {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    if (user_id == "nobody") return Fail(ErrorCode::kNotFound, "no such user");
    UserSummary found;
    found.user.user_id = user_id;
    return found;
  }
  Result<void> ClearAll(const IdempotencyKey&) override { return Fail(ErrorCode::kUnavailable, "disk full"); }

  Result<Topology> DescribeTopology() override { return NotAsked(); }
  Result<Totals> CountAll() override { return NotAsked(); }
  Result<Page<UserSummary>> ListUsers(const PageRequest&) override { return NotAsked(); }
  Result<Page<Order>> ListOrders(const PageRequest&) override { return NotAsked(); }
  Result<Page<Order>> ListOrdersOfUser(const std::string&, const PageRequest&) override { return NotAsked(); }
  Result<Order> GetOrder(const std::string&, const std::string&) override { return NotAsked(); }
  Result<std::vector<DayOrders>> OrdersByDay(int) override { return NotAsked(); }
  Result<std::vector<CountrySpending>> SpendingByCountry(int) override { return NotAsked(); }
  Result<User> AddUser(const NewUser&, const IdempotencyKey&) override { return NotAsked(); }
  Result<Order> PlaceOrder(const NewOrder&, const IdempotencyKey&) override { return NotAsked(); }
  Result<Order> PlaceOrderForRandomUser(Money, const IdempotencyKey&) override { return NotAsked(); }
  Result<std::int64_t> MigrateUsers(const IdempotencyKey&) override { return NotAsked(); }
  Result<void> ReplaceAll(std::span<const User>, std::span<const Order>, const IdempotencyKey&) override {
    return NotAsked();
  }
  Result<bool> RecordRequest(const IdempotencyKey&) override { return NotAsked(); }
  Result<void> LoadPart(const BulkPart&) override { return NotAsked(); }
  Result<std::int64_t> LoadPosition(const std::string&) override { return NotAsked(); }
  Result<bool> RenewHost(const Host&, std::chrono::seconds) override { return NotAsked(); }
  Result<void> RemoveHost(const std::string&) override { return NotAsked(); }
  Result<std::vector<Host>> ListHosts() override { return NotAsked(); }

 private:
  static std::unexpected<Error> NotAsked() { return Fail(ErrorCode::kInternal, "not asked"); }
};

struct Sample {
  std::string operation;
  std::string outcome;
  std::uint64_t count;
  bool operator==(const Sample&) const = default;
};

std::vector<Sample> Collected(const StoreMetrics& metrics) {
  metrics::Families families;
  metrics.Collect(families);
  std::vector<Sample> samples;
  for (const auto& metric : families.at(0).metric) {
    EXPECT_EQ(metric.label.at(0).value, "sqlite");
    samples.push_back({metric.label.at(1).value, metric.label.at(2).value, metric.histogram.sample_count});
  }
  return samples;
}

TEST(MeasuredStore, CountsEachOperationByItsOutcome) {
  StoreMetrics metrics("sqlite");
  const auto store = MeasureStore(std::make_unique<FewOperations>(), metrics);
  EXPECT_TRUE(store->Ping());
  EXPECT_EQ(store->GetUser("user_1")->user.user_id, "user_1");
  EXPECT_EQ(store->GetUser("nobody").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(store->GetUser("nobody").error().message, "no such user");
  EXPECT_EQ(store->ClearAll({}).error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(store->ListHosts().error().code, ErrorCode::kInternal);
  EXPECT_THAT(Collected(metrics),
              testing::UnorderedElementsAre(Sample{"Ping", "ok", 1}, Sample{"GetUser", "ok", 1},
                                            Sample{"GetUser", "not_found", 2}, Sample{"ClearAll", "unavailable", 1},
                                            Sample{"ListHosts", "internal", 1}));
  EXPECT_EQ(metrics.reads(), 4U);
  EXPECT_EQ(metrics.writes(), 1U);
}

TEST(MeasuredStore, AddsUpTheTimeOfThisThread) {
  StoreMetrics metrics("sqlite");
  const auto store = MeasureStore(std::make_unique<FewOperations>(), metrics);
  store_time::Take();
  EXPECT_TRUE(store->GetUser("user_1"));
  EXPECT_TRUE(store->GetUser("user_1"));
  std::thread([&] { EXPECT_TRUE(store->GetUser("user_1")); }).join();
  const std::int64_t taken = store_time::Take();
  EXPECT_GE(taken, 4'000'000);
  EXPECT_EQ(store_time::Take(), 0);
}

}  // namespace
}  // namespace demo
