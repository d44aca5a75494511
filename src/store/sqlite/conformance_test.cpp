#include "store/conformance/store_conformance.h"
#include "store/sqlite/sqlite_store.h"
#include "store/sqlite/temporary_folder.h"

namespace demo {
namespace {

class SqliteUnderTest final : public StoreUnderTest {
 public:
  Store& store() override { return *store_; }
  void Reopen() override {
    store_.reset();
    store_ = Ok(OpenSqliteStore(folder_.path(), {}));
  }

 private:
  TemporaryFolder folder_;
  std::unique_ptr<Store> store_ = Ok(OpenSqliteStore(folder_.path(), {}));
};

INSTANTIATE_TEST_SUITE_P(Sqlite, StoreConformance,
                         testing::Values(StoreBackend{"sqlite", [] { return std::make_unique<SqliteUnderTest>(); }}),
                         [](const auto& backend) { return backend.param.name; });

}  // namespace
}  // namespace demo
