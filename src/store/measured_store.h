#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "base/metrics.h"
#include "store/store.h"

namespace demo {

/// How the store's operations went: how many, how long, with which outcome.
class StoreMetrics {
 public:
  enum class Operation : std::uint8_t {
    kPing,
    kDescribeTopology,
    kCountAll,
    kListUsers,
    kListOrders,
    kListOrdersOfUser,
    kGetUser,
    kGetOrder,
    kOrdersByDay,
    kSpendingByCountry,
    kAddUser,
    kPlaceOrder,
    kPlaceOrderForRandomUser,
    kMigrateUsers,
    kReplaceAll,
    kClearAll,
    kRecordRequest,
    kLoadPart,
    kLoadPosition,
    kRenewHost,
    kRemoveHost,
    kListHosts,
  };
  static constexpr std::size_t kOperations = 22;
  static constexpr std::size_t kOutcomes = 7;  ///< "ok", and one for each ErrorCode.

  /// `system` is OpenTelemetry's db.system.name: "sqlite", "mongodb".
  explicit StoreMetrics(std::string system) : system_(std::move(system)) {}

  /// Thread-safe. `outcome` is 0 for ok, else 1 + the ErrorCode.
  void Record(Operation operation, std::size_t outcome, std::int64_t nanoseconds);
  /// db_client_operation_duration_seconds {db_system_name, db_operation_name, outcome}, without what never happened.
  void Collect(metrics::Families& families) const;
  /// How many there were in all, pings left out.
  std::uint64_t reads() const { return reads_.Value(); }
  std::uint64_t writes() const { return writes_.Value(); }

 private:
  const std::string system_;
  std::array<std::array<metrics::DurationHistogram<metrics::SharedCounter>, kOutcomes>, kOperations> durations_;
  metrics::SharedCounter reads_;
  metrics::SharedCounter writes_;
};

/// The same store, with each operation recorded in `metrics` and its duration added to the calling thread's
/// store_time. `metrics` must outlive it.
std::unique_ptr<Store> MeasureStore(std::unique_ptr<Store> store, StoreMetrics& metrics);

}  // namespace demo
