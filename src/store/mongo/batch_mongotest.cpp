#include <numeric>

#include "store/mongo/test_servers.h"

namespace demo {
namespace {

constexpr std::string_view kNumbers = "numbers";

/// A collection of more documents than a server gives in a reply by itself.
class Batches : public testing::TestWithParam<TestServers> {
 protected:
  static constexpr std::int64_t kCount = 150;

  void SetUp() override {
    std::vector<mongo::Document> documents;
    for (std::int64_t i = 0; i < kCount; ++i) documents.push_back(mongo::Doc("_id", i));
    Ok(connection_.InsertNew(kNumbers, documents));
  }
  static std::int64_t SumOf(const mongo::Batch& batch) {
    return std::accumulate(batch.documents.begin(), batch.documents.end(), std::int64_t{0},
                           [](std::int64_t sum, const mongo::View& each) { return sum + each.Int("_id"); });
  }

  MongoUnderTest under_test_{*GetParam().uri()};
  std::shared_ptr<mongo::Clients> clients_ = SharedClientsOf(under_test_.uri());
  mongo::Connection connection_ = Connect(*clients_);
  const mongo::Document pipeline_[1] = {mongo::Doc("$match", mongo::Document())};
};

TEST_P(Batches, HoldAllThatCanCome) {
  constexpr std::int64_t kSum = kCount * (kCount - 1) / 2;
  EXPECT_EQ(SumOf(Ok(connection_.FindBatch(kNumbers, kCount, {}))), kSum);
  EXPECT_EQ(SumOf(Ok(connection_.AggregateBatch(kNumbers, kCount, pipeline_))), kSum);
  EXPECT_EQ(Ok(connection_.FindBatch("nothing", kCount, {})).documents.size(), 0u);
}

TEST_P(Batches, APartIsNotTakenForAll) {
  EXPECT_EQ(connection_.FindBatch(kNumbers, kCount / 2, {}).error().code, ErrorCode::kInternal);
  EXPECT_EQ(connection_.AggregateBatch(kNumbers, kCount / 2, pipeline_).error().code, ErrorCode::kInternal);
}

// Which servers were not given, conformance_mongotest.cpp says.
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(Batches);
INSTANTIATE_TEST_SUITE_P(On, Batches, testing::ValuesIn(GivenTestServers()),
                         [](const auto& servers) { return servers.param.name; });

}  // namespace
}  // namespace demo
