#include "store/mongo/test_servers.h"

namespace demo {
namespace {

std::vector<StoreBackend> Backends() {
  std::vector<StoreBackend> backends;
  for (const TestServers& servers : GivenTestServers()) {
    backends.push_back({servers.name, [uri = *servers.uri()] { return std::make_unique<MongoUnderTest>(uri); }});
  }
  return backends;
}

INSTANTIATE_TEST_SUITE_P(Mongo, StoreConformance, testing::ValuesIn(Backends()),
                         [](const auto& backend) { return backend.param.name; });

/// One skip for each deployment that the tests were not given.
class MongoConformance : public testing::TestWithParam<TestServers> {};

TEST_P(MongoConformance, HasItsServers) {
  if (!GetParam().uri()) GTEST_SKIP() << GetParam().variable << " is not set";
}

INSTANTIATE_TEST_SUITE_P(Kinds, MongoConformance, testing::ValuesIn(AllTestServers()),
                         [](const auto& servers) { return servers.param.name; });

}  // namespace
}  // namespace demo
