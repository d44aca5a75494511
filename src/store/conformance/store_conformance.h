#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "store/store.h"

namespace demo {

/// One test's store, empty at first and of nobody else.
class StoreUnderTest {
 public:
  virtual ~StoreUnderTest() = default;
  virtual Store& store() = 0;
  /// Closes the store and opens the same data again, as a restart of the program does.
  virtual void Reopen() = 0;
};

struct StoreBackend {
  std::string name;
  std::function<std::unique_ptr<StoreUnderTest>()> make;
};

/// Every sentence of store.h as a test. A backend links demo_store_conformance and says in one of its tests:
///
///     INSTANTIATE_TEST_SUITE_P(Mongo, StoreConformance, testing::Values(StoreBackend{"mongo", MakeMongo}));
class StoreConformance : public testing::TestWithParam<StoreBackend> {
 protected:
  Store& store() { return under_test_->store(); }
  void Reopen() { under_test_->Reopen(); }

 private:
  std::unique_ptr<StoreUnderTest> under_test_ = GetParam().make();
};

/// The value; a failure ends the test with its message.
template <typename T>
T Ok(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

/// The error; Internal with the text "success" where there is none.
template <typename T>
Error ErrorIn(const Result<T>& result) {
  return result ? Error{ErrorCode::kInternal, "success", {}} : result.error();
}

template <typename T>
ErrorCode CodeOf(const Result<T>& result) {
  return ErrorIn(result).code;
}

inline NewUser Alice() { return {"Alice Dupont", "alice@ecam.be", "France"}; }

/// An old record: without `created_at` and `schema_version`.
inline User OldUser(std::string user_id, std::string country = "France") {
  return {std::move(user_id), "Old Record", "old@ecam.be", std::move(country), std::nullopt, std::nullopt};
}

inline Order OrderOf(std::string user_id, std::string order_id, std::int64_t cents, UnixMillis at = 1'700'000'000'000) {
  return {std::move(order_id), std::move(user_id), "", Money::FromCents(cents), at};
}

/// Runs `work(0)` to `work(count - 1)`, all at once.
void AtOnce(int count, const std::function<void(int)>& work);

}  // namespace demo
