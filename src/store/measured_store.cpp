#include "store/measured_store.h"

#include <string_view>
#include <utility>

#include "base/clock.h"
#include "base/store_time.h"

namespace demo {
namespace {

using Operation = StoreMetrics::Operation;

struct OperationName {
  std::string_view name;
  bool writes;
};

// In the order of StoreMetrics::Operation.
constexpr std::array<OperationName, StoreMetrics::kOperations> kNames = {{
    {"Ping", false},
    {"DescribeTopology", false},
    {"CountAll", false},
    {"ListUsers", false},
    {"ListOrders", false},
    {"ListOrdersOfUser", false},
    {"GetUser", false},
    {"GetOrder", false},
    {"OrdersByDay", false},
    {"SpendingByCountry", false},
    {"AddUser", true},
    {"PlaceOrder", true},
    {"PlaceOrderForRandomUser", true},
    {"MigrateUsers", true},
    {"ReplaceAll", true},
    {"ClearAll", true},
    {"RecordRequest", true},
    {"LoadPart", true},
    {"LoadPosition", false},
    {"RenewHost", true},
    {"RemoveHost", true},
    {"ListHosts", false},
}};

// 0 is ok, then in the order of ErrorCode.
constexpr std::array<std::string_view, StoreMetrics::kOutcomes> kOutcomeNames = {
    "ok", "not_found", "conflict", "invalid", "unavailable", "timeout", "internal"};
static_assert(static_cast<std::size_t>(ErrorCode::kInternal) + 2 == StoreMetrics::kOutcomes);
static_assert(static_cast<std::size_t>(Operation::kListHosts) + 1 == StoreMetrics::kOperations);

class MeasuredStore final : public Store {
 private:
  template <typename Call>
  auto Measure(Operation operation, const Call& call) {
    const SteadyTime before = SteadyClock::now();
    auto result = call();
    const std::int64_t taken = (SteadyClock::now() - before) / std::chrono::nanoseconds(1);
    store_time::Add(taken);
    metrics_.Record(operation, result ? 0 : 1 + static_cast<std::size_t>(result.error().code), taken);
    return result;
  }

 public:
  MeasuredStore(std::unique_ptr<Store> store, StoreMetrics& metrics) : store_(std::move(store)), metrics_(metrics) {}

  Result<void> Ping() override {
    return Measure(Operation::kPing, [&] { return store_->Ping(); });
  }
  Result<Topology> DescribeTopology() override {
    return Measure(Operation::kDescribeTopology, [&] { return store_->DescribeTopology(); });
  }
  Result<Totals> CountAll() override {
    return Measure(Operation::kCountAll, [&] { return store_->CountAll(); });
  }
  Result<Page<UserSummary>> ListUsers(const PageRequest& page) override {
    return Measure(Operation::kListUsers, [&] { return store_->ListUsers(page); });
  }
  Result<Page<Order>> ListOrders(const PageRequest& page) override {
    return Measure(Operation::kListOrders, [&] { return store_->ListOrders(page); });
  }
  Result<Page<Order>> ListOrdersOfUser(const std::string& user_id, const PageRequest& page) override {
    return Measure(Operation::kListOrdersOfUser, [&] { return store_->ListOrdersOfUser(user_id, page); });
  }
  Result<UserSummary> GetUser(const std::string& user_id) override {
    return Measure(Operation::kGetUser, [&] { return store_->GetUser(user_id); });
  }
  Result<Order> GetOrder(const std::string& user_id, const std::string& order_id) override {
    return Measure(Operation::kGetOrder, [&] { return store_->GetOrder(user_id, order_id); });
  }
  Result<std::vector<DayOrders>> OrdersByDay(int days) override {
    return Measure(Operation::kOrdersByDay, [&] { return store_->OrdersByDay(days); });
  }
  Result<std::vector<CountrySpending>> SpendingByCountry(int limit) override {
    return Measure(Operation::kSpendingByCountry, [&] { return store_->SpendingByCountry(limit); });
  }
  Result<User> AddUser(const NewUser& user, const IdempotencyKey& key) override {
    return Measure(Operation::kAddUser, [&] { return store_->AddUser(user, key); });
  }
  Result<Order> PlaceOrder(const NewOrder& order, const IdempotencyKey& key) override {
    return Measure(Operation::kPlaceOrder, [&] { return store_->PlaceOrder(order, key); });
  }
  Result<Order> PlaceOrderForRandomUser(Money amount, const IdempotencyKey& key) override {
    return Measure(Operation::kPlaceOrderForRandomUser, [&] { return store_->PlaceOrderForRandomUser(amount, key); });
  }
  Result<std::int64_t> MigrateUsers(const IdempotencyKey& key) override {
    return Measure(Operation::kMigrateUsers, [&] { return store_->MigrateUsers(key); });
  }
  Result<void> ReplaceAll(std::span<const User> users, std::span<const Order> orders,
                          const IdempotencyKey& key) override {
    return Measure(Operation::kReplaceAll, [&] { return store_->ReplaceAll(users, orders, key); });
  }
  Result<void> ClearAll(const IdempotencyKey& key) override {
    return Measure(Operation::kClearAll, [&] { return store_->ClearAll(key); });
  }
  Result<bool> RecordRequest(const IdempotencyKey& key) override {
    return Measure(Operation::kRecordRequest, [&] { return store_->RecordRequest(key); });
  }
  Result<void> LoadPart(const BulkPart& part) override {
    return Measure(Operation::kLoadPart, [&] { return store_->LoadPart(part); });
  }
  Result<std::int64_t> LoadPosition(const std::string& load_id) override {
    return Measure(Operation::kLoadPosition, [&] { return store_->LoadPosition(load_id); });
  }
  Result<bool> RenewHost(const Host& host, std::chrono::seconds lifetime) override {
    return Measure(Operation::kRenewHost, [&] { return store_->RenewHost(host, lifetime); });
  }
  Result<void> RemoveHost(const std::string& pod) override {
    return Measure(Operation::kRemoveHost, [&] { return store_->RemoveHost(pod); });
  }
  Result<std::vector<Host>> ListHosts() override {
    return Measure(Operation::kListHosts, [&] { return store_->ListHosts(); });
  }
  SharedRegister* shared_register() override { return store_->shared_register(); }

 private:
  const std::unique_ptr<Store> store_;
  StoreMetrics& metrics_;
};

}  // namespace

void StoreMetrics::Record(Operation operation, std::size_t outcome, std::int64_t nanoseconds) {
  const auto index = static_cast<std::size_t>(operation);
  durations_[index][outcome].Record(nanoseconds);
  if (operation == Operation::kPing) return;  // The monitor's, and nobody's reading.
  (kNames[index].writes ? writes_ : reads_).Add(1);
}

void StoreMetrics::Collect(metrics::Families& families) const {
  auto& family = metrics::AddFamily(families, "db_client_operation_duration_seconds",
                                    "Duration of the store's operations.", prometheus::MetricType::Histogram);
  for (std::size_t operation = 0; operation < kOperations; ++operation) {
    for (std::size_t outcome = 0; outcome < kOutcomes; ++outcome) {
      metrics::DurationTotal total;
      durations_[operation][outcome].AddTo(total);
      if (total.Count() == 0) continue;
      metrics::AddDurations(family, total,
                            {{"db_system_name", system_},
                             {"db_operation_name", std::string(kNames[operation].name)},
                             {"outcome", std::string(kOutcomeNames[outcome])}});
    }
  }
}

std::unique_ptr<Store> MeasureStore(std::unique_ptr<Store> store, StoreMetrics& metrics) {
  return std::make_unique<MeasuredStore>(std::move(store), metrics);
}

}  // namespace demo
