#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>

#include "base/store_work.h"
#include "mongo/shape.h"
#include "store/mongo/test_servers.h"

namespace demo {
namespace {

using store_work::Reach;

struct Sent {
  std::string name;
  mongo::Document command;
  Reach reach = Reach::kNone;
};

/// Every command that a store sends, and where a router would send it.
class SentCommands {
 public:
  MongoOptions Options() {
    return {.watch = [this](std::string_view name, const mongo::View& command) {
      {
        const std::lock_guard lock(mutex_);
        sent_.push_back({std::string(name), command.Copy(), mongo::ReachOf(name, command)});
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(hold_next_ms_.exchange(0)));
    }};
  }
  /// The next command takes so long.
  void HoldNext(std::chrono::milliseconds time) { hold_next_ms_ = static_cast<int>(time.count()); }
  std::vector<Sent> Take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(sent_, {});
  }

 private:
  std::atomic<int> hold_next_ms_ = 0;
  std::mutex mutex_;
  std::vector<Sent> sent_;
};

class CommandShape : public testing::TestWithParam<TestServers> {
 protected:
  void SetUp() override {
    under_test_ = std::make_unique<MongoUnderTest>(*GetParam().uri(), sent_.Options());
    Ok(store().Ping());
    alice_ = Ok(store().AddUser(Alice(), {}));
    order_ = Ok(store().PlaceOrder({alice_.user_id, Money::FromCents(100)}, {}));
    sent_.Take();
  }
  Store& store() { return under_test_->store(); }

  /// "find users targeted, aggregate orders scatter": what was sent since the last time.
  std::string Shapes() {
    constexpr const char* kReach[] = {"", " targeted", " several", " scatter"};
    std::string text;
    for (const Sent& each : sent_.Take()) {
      const std::string on = each.command.view().Text(each.name);
      text += (text.empty() ? "" : ", ") + each.name + (on.empty() ? "" : " " + on) +
              kReach[static_cast<std::size_t>(each.reach)];
    }
    return text;
  }

  SentCommands sent_;
  std::unique_ptr<MongoUnderTest> under_test_;
  User alice_;
  Order order_;
};

TEST_P(CommandShape, ReadsOfOneUserGoToOneShard) {
  Ok(store().GetUser(alice_.user_id));
  EXPECT_EQ(Shapes(), "find users targeted, aggregate orders targeted");
  Ok(store().GetOrder(alice_.user_id, order_.order_id));
  EXPECT_EQ(Shapes(), "find orders targeted, find users targeted");
  Ok(store().ListOrdersOfUser(alice_.user_id, {}));
  EXPECT_EQ(Shapes(), "find users targeted, find orders targeted");
  Ok(store().LoadPosition("load"));
  EXPECT_EQ(Shapes(), "find loads");
}

TEST_P(CommandShape, WritesOfOneRecordGoToOneShard) {
  Ok(store().AddUser(Alice(), {}));
  EXPECT_EQ(Shapes(), "insert users targeted");
  Ok(store().AddUser(Alice(), {"user", "f"}));
  EXPECT_EQ(Shapes(), "insert requests targeted, insert users targeted");
  Ok(store().AddUser(Alice(), {"user", "f"}));
  EXPECT_EQ(Shapes(), "insert requests targeted, find requests targeted, find users targeted");
  Ok(store().PlaceOrder({alice_.user_id, Money::FromCents(1)}, {"order", "f"}));
  EXPECT_EQ(Shapes(), "find users targeted, insert requests targeted, insert orders targeted");
  Ok(store().RecordRequest({"request", "f"}));
  EXPECT_EQ(Shapes(), "insert requests targeted");
  Ok(store().RenewHost({"pod", "info"}, std::chrono::seconds(60)));
  EXPECT_EQ(Shapes(), "find hosts scatter, findAndModify hosts targeted");
  Ok(store().RemoveHost("pod"));
  EXPECT_EQ(Shapes(), "delete hosts targeted");
}

TEST_P(CommandShape, ListsAndTotalsAskEveryShard) {
  const User bob = Ok(store().AddUser(Alice(), {}));  // names and totals of several users from here on
  Ok(store().PlaceOrder({bob.user_id, Money::FromCents(1)}, {}));
  sent_.Take();
  Ok(store().ListUsers({}));
  EXPECT_EQ(Shapes(), "find users scatter, aggregate orders several");
  Ok(store().ListOrders({}));
  EXPECT_EQ(Shapes(), "find orders scatter, find users several");
  Ok(store().CountAll());
  EXPECT_EQ(Shapes(), "count users scatter, count orders scatter");
  Ok(store().OrdersByDay(1));
  EXPECT_EQ(Shapes(), "find orders scatter, find orders scatter, aggregate orders scatter");
  Ok(store().SpendingByCountry(10));
  EXPECT_EQ(Shapes(), "find users scatter, find users scatter, aggregate orders several");
  Ok(store().PlaceOrderForRandomUser(Money::FromCents(1), {}));
  EXPECT_EQ(Shapes(), "aggregate users scatter, insert orders targeted");
}

TEST_P(CommandShape, AMigrationAsksEveryShardAndOneForItsRecord) {
  Ok(store().MigrateUsers({"migration", "f"}));
  EXPECT_EQ(Shapes(),
            "insert requests targeted, update users scatter, aggregate users scatter, update requests targeted");
}

TEST_P(CommandShape, EveryReadIsBoundedAndOfAMajority) {
  Ok(store().GetUser(alice_.user_id));
  Ok(store().ListUsers({}));
  Ok(store().ListOrders({}));
  Ok(store().CountAll());
  Ok(store().OrdersByDay(7));
  for (const Sent& each : sent_.Take()) {
    const auto view = each.command.view();
    EXPECT_GT(view.Int("maxTimeMS"), 0) << each.command.ToJson();
    EXPECT_LE(view.Int("maxTimeMS"), 5000) << each.command.ToJson();
    EXPECT_EQ(view.Text("readConcern.level"), "majority") << each.command.ToJson();
  }
}

TEST_P(CommandShape, EveryWriteIsOfAMajorityInItsJournal) {
  Ok(store().AddUser(Alice(), {"user", "f"}));
  Ok(store().RenewHost({"pod", "info"}, std::chrono::seconds(60)));
  Ok(store().MigrateUsers({}));
  for (const Sent& each : sent_.Take()) {
    if (each.name == "find") continue;
    const auto view = each.command.view();
    EXPECT_EQ(view.Text("writeConcern.w"), "majority") << each.command.ToJson();
    EXPECT_TRUE(view.Bool("writeConcern.j")) << each.command.ToJson();
    EXPECT_GT(view.Int("writeConcern.wtimeout"), 0) << each.command.ToJson();
  }
}

TEST_P(CommandShape, TotalsReadTheIndexAlone) {
  Ok(store().GetUser(alice_.user_id));
  for (const Sent& each : sent_.Take()) {
    if (each.name == "aggregate") {
      EXPECT_EQ(each.command.view().Text("hint"), "orders_of_user");
    }
  }
}

TEST_P(CommandShape, SixtyFourMissesOfDifferentUsersAreFourCommands) {
  constexpr int kUsers = 64;
  std::vector<std::string> ids;
  for (int i = 0; i < kUsers; ++i) ids.push_back(Ok(store().AddUser(Alice(), {})).user_id);
  sent_.Take();
  sent_.HoldNext(std::chrono::milliseconds(500));  // a slow first answer: all others have come by then
  AtOnce(kUsers, [&](int i) {
    const std::string& id = ids[static_cast<std::size_t>(i)];
    EXPECT_EQ(Ok(store().GetUser(id)).user.user_id, id);
  });
  const auto sent = sent_.Take();
  EXPECT_LE(sent.size(), 4u);
  EXPECT_EQ(std::ranges::count(sent, "find", &Sent::name), std::ranges::count(sent, "aggregate", &Sent::name));
}

TEST_P(CommandShape, TheReceiptCountsAThreadsCommands) {
  store_work::Take();
  Ok(store().ListUsers({}));
  const auto work = store_work::Take();
  EXPECT_EQ(work.commands, 2);
  EXPECT_EQ(work.retries, 0);
  const bool is_sharded = Ok(store().DescribeTopology()).mode == Topology::Mode::kSharding;
  EXPECT_EQ(work.reach, is_sharded ? Reach::kScatter : Reach::kNone);
}

/// What explain takes of a command as it was sent: without what the driver adds to each.
mongo::Document Explained(const Sent& sent) {
  const mongo::BsonHandle plain(bson_new());
  bson_copy_to_excluding_noinit(sent.command.get(), plain.get(), "$db", "lsid", "$clusterTime", "readConcern",
                                "$readPreference", "maxTimeMS", "writeConcern", "txnNumber", nullptr);
  mongo::Document explain = mongo::Doc("explain", mongo::Document(plain.get()));
  explain.Add("verbosity", "queryPlanner");
  return explain;
}

/// How many shards a router asks, from its explanation: of an aggregation, and of all others.
std::size_t ShardsAsked(const mongo::View& explanation) {
  std::size_t shards = 0;
  for (const char* where : {"shards", "queryPlanner.winningPlan.shards"}) {
    explanation.ForEach(where, [&](const std::string&, const mongo::View&) { ++shards; });
  }
  return shards;
}

TEST_P(CommandShape, TheRouterAsksAsManyShardsAsTheShapeSays) {
  auto server = Connect(*SharedClientsOf(under_test_->uri()));
  if (!IsRouter(server)) GTEST_SKIP() << "only a router chooses shards";
  Ok(store().GetUser(alice_.user_id));
  Ok(store().GetOrder(alice_.user_id, order_.order_id));
  Ok(store().ListOrdersOfUser(alice_.user_id, {}));
  Ok(store().ListUsers({}));
  Ok(store().ListOrders({}));
  Ok(store().CountAll());
  Ok(store().OrdersByDay(1));
  Ok(store().SpendingByCountry(10));
  Ok(store().ListHosts());
  Ok(store().LoadPosition("load"));
  // Writes: one that was acknowledged is explained as it was sent, and changes nothing.
  Ok(store().RemoveHost("pod"));
  Ok(store().MigrateUsers({"migration", "f"}));
  int explained = 0;
  for (const Sent& each : sent_.Take()) {
    if (each.name == "insert" || each.reach == Reach::kNone) continue;  // explain takes no insertions
    const auto explanation = Ok(server.Run(Explained(each)));
    const std::size_t shards = ShardsAsked(explanation.view());
    // Several keys may all be one shard's.
    const bool as_said =
        shards > 1 ? each.reach >= Reach::kSeveral : each.reach == Reach::kTargeted || each.reach == Reach::kSeveral;
    EXPECT_TRUE(as_said) << shards << " shards for " << each.command.ToJson() << ": " << explanation.ToJson();
    ++explained;
  }
  EXPECT_GE(explained, 12);
}

// Which servers were not given, conformance_mongotest.cpp says.
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(CommandShape);
INSTANTIATE_TEST_SUITE_P(On, CommandShape, testing::ValuesIn(GivenTestServers()),
                         [](const auto& servers) { return servers.param.name; });

}  // namespace
}  // namespace demo
