#include "mongo/collections.h"
#include "store/mongo/test_servers.h"

namespace demo {
namespace {

using mongo::Doc;
using mongo::Document;

class FirstContactOn : public testing::TestWithParam<TestServers> {
 protected:
  Store& store() { return under_test_.store(); }
  mongo::Connection Server() { return Connect(*SharedClientsOf(*GetParam().uri())).On(database_); }

  std::vector<std::string> IndexesOf(std::string_view collection) {
    std::vector<std::string> names;
    const auto reply = Ok(Server().Run(Doc("listIndexes", collection)));
    reply.view().ForEach("cursor.firstBatch",
                         [&](const std::string&, const mongo::View& index) { names.push_back(index.Text("name")); });
    return names;
  }

  MongoUnderTest under_test_{*GetParam().uri()};
  const std::string database_ = mongo::DatabaseOf(Ok(mongo::ReadUri(under_test_.uri())).get());
};

TEST_P(FirstContactOn, MakesEveryIndex) {
  Ok(store().Ping());
  for (const mongo::Collection& collection : mongo::kCollections) {
    if (collection.indexes.empty()) continue;
    const auto names = IndexesOf(collection.name);
    for (const mongo::Index& index : collection.indexes) {
      EXPECT_EQ(std::ranges::count(names, index.name), 1) << collection.name << "." << index.name;
    }
  }
}

TEST_P(FirstContactOn, MakesThemAgainWhenSomebodyDroppedThem) {
  const User user = Ok(store().AddUser(Alice(), {}));
  Ok(store().PlaceOrder({user.user_id, Money::FromCents(100)}, {}));
  Document drop = Doc("dropIndexes", mongo::kOrders);
  drop.Add("index", "*");
  Ok(Server().Run(drop));
  (void)store().GetUser(user.user_id);  // a server says that the index is missing, or goes without
  EXPECT_EQ(Ok(store().GetUser(user.user_id)).order_count, 1);
}

TEST_P(FirstContactOn, RemovesRecordsAfterTwentySixHours) {
  Ok(store().Ping());
  bool found = false;
  const auto reply = Ok(Server().Run(Doc("listIndexes", mongo::kRequests)));
  reply.view().ForEach("cursor.firstBatch", [&](const std::string&, const mongo::View& index) {
    found |= index.Int("expireAfterSeconds") == 26 * 3600;
  });
  EXPECT_TRUE(found);
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(FirstContactOn);
INSTANTIATE_TEST_SUITE_P(Mongo, FirstContactOn, testing::ValuesIn(GivenTestServers()),
                         [](const auto& servers) { return servers.param.name; });

}  // namespace
}  // namespace demo
