#include <gmock/gmock.h>

#include <thread>

#include "store/mongo/test_servers.h"

// What others than this service wrote: an amount of another type counts for what it is, and what cannot be read fails
// by name. Nothing is read as 0, as empty, or left out without a word.
namespace demo {
namespace {

using mongo::Document;
using testing::HasSubstr;

class WrittenByOthers : public testing::TestWithParam<TestServers> {
 protected:
  void SetUp() override {
    Put("users", R"({"_id":"user_1","seq":"1","name":"Alice","email":"a@b","country":"France"})");
    Put("users", R"({"_id":"user_2","seq":"2","name":"Bob","email":"b@b","country":"Spain"})");
    PutOrder("decimal", R"({"$numberDecimal":"1.10"})");
  }
  Store& store() { return under_test_.store(); }
  mongo::Connection Server() { return Connect(*SharedClientsOf(*GetParam().uri())).On(database_); }
  void Put(std::string_view collection, std::string_view json) {
    auto server = Server();
    ASSERT_TRUE(Ok(server.Insert(collection, Document::FromJson(json))));
  }
  void PutOrder(std::string_view id, std::string_view amount) {
    ++orders_;
    Put("orders",
        fmt::format(R"({{"_id":"{}","user_id":"user_1","seq":"{}","created_at":{{"$date":"2026-01-0{}T10:00:00Z"}},)"
                    R"("amount":{}}})",
                    id, orders_, orders_, amount));
  }
  /// What reads an order of Alice says, or empty where it is read all the same.
  std::vector<std::string> Complaints() {
    const auto reason = [](const auto& result) { return result ? std::string() : result.error().message; };
    return {reason(store().GetUser("user_1")), reason(store().ListUsers({})),
            reason(store().ListOrders({})),    reason(store().ListOrdersOfUser("user_1", {})),
            reason(store().OrdersByDay(30)),   reason(store().SpendingByCountry(10))};
  }

  MongoUnderTest under_test_{*GetParam().uri()};
  const std::string database_ = mongoc_uri_get_database(Ok(mongo::ReadUri(under_test_.uri())).get());
  int orders_ = 0;
};

TEST_P(WrittenByOthers, AmountsOfEveryNumberCountForWhatTheyAre) {
  PutOrder("double", "12.34");
  PutOrder("int", "5");
  PutOrder("long", R"({"$numberLong":"70"})");
  PutOrder("text", R"("7.5")");
  const Money all = Money::FromCents(110 + 1234 + 500 + 7000 + 750);
  EXPECT_EQ(Ok(store().GetOrder("user_1", "double")).amount, Money::FromCents(1234));
  const UserSummary alice = Ok(store().GetUser("user_1"));
  EXPECT_EQ(alice.order_count, 5);
  EXPECT_EQ(alice.total_spent, all);
  EXPECT_EQ(Ok(store().ListUsers({})).items[1].total_spent, all);
  Money listed;
  for (const Order& order : Ok(store().ListOrders({})).items) listed += order.amount;
  EXPECT_EQ(listed, all);
  const auto countries = Ok(store().SpendingByCountry(10));
  ASSERT_EQ(countries.size(), 2U);
  EXPECT_EQ(countries[0], (CountrySpending{"France", 1, 5, all}));
  const auto days = Ok(store().OrdersByDay(30));
  ASSERT_EQ(days.size(), 5U);
  EXPECT_EQ(days[1], (DayOrders{"2026-01-02", 1, Money::FromCents(1234)}));
  EXPECT_EQ(days[4], (DayOrders{"2026-01-05", 1, Money::FromCents(750)}));
}

TEST_P(WrittenByOthers, AnAmountThatIsNoneFailsByName) {
  int number = 0;
  for (const char* amount : {"12.345", R"("twelve")", "true", "null", "{}", R"({"$numberDecimal":"NaN"})",
                             R"({"$numberDecimal":"1.001"})"}) {
    const std::string id = fmt::format("bad_{}", number++);
    PutOrder(id, amount);
    EXPECT_THAT(store().GetOrder("user_1", id).error().message, HasSubstr("orders " + id + ": amount is ")) << amount;
    for (const std::string& complaint : Complaints()) {
      EXPECT_THAT(complaint, HasSubstr("orders " + id + ": amount is ")) << amount;
    }
    auto server = Server();
    Ok(server.DeleteMany("orders", mongo::Doc("_id", id)));
    --orders_;
  }
  EXPECT_EQ(Complaints(), std::vector<std::string>(6));
}

TEST_P(WrittenByOthers, AMemberOfAUserThatIsMissingOrAnotherTypeFailsByName) {
  for (const char* wrong : {R"("name":7,"email":"c@b","country":"Spain")", R"("email":"c@b","country":"Spain")",
                            R"("name":"C","email":null,"country":"Spain")", R"("name":"C","email":"c@b")",
                            R"("name":"C","email":"c@b","country":"Spain","created_at":"2025-01-01")",
                            R"("name":"C","email":"c@b","country":"Spain","schema_version":"1")"}) {
    Put("users", fmt::format(R"({{"_id":"user_3","seq":"3",{}}})", wrong));
    EXPECT_THAT(store().GetUser("user_3").error().message, HasSubstr("users user_3: ")) << wrong;
    EXPECT_THAT(store().ListUsers({}).error().message, HasSubstr("users user_3: ")) << wrong;
    EXPECT_EQ(Ok(store().GetUser("user_2")).user.name, "Bob") << "the others are read";
    auto server = Server();
    Ok(server.DeleteMany("users", mongo::Doc("_id", "user_3")));
  }
}

TEST_P(WrittenByOthers, ADateThatIsNoneFailsByName) {
  for (const char* date : {R"("2025-01-01T00:00:00")", "null", "1700000000", R"({"$maxKey":1})"}) {
    Put("orders", fmt::format(R"({{"_id":"o","user_id":"user_1","seq":"9","created_at":{},"amount":1}})", date));
    EXPECT_THAT(store().OrdersByDay(30).error().message, HasSubstr("orders ")) << date;
    EXPECT_THAT(store().ListOrders({}).error().message, HasSubstr("orders o: created_at is ")) << date;
    auto server = Server();
    Ok(server.DeleteMany("orders", mongo::Doc("_id", "o")));
  }
}

TEST_P(WrittenByOthers, WhatStandsNowhereInAListIsNotLeftOut) {
  Put("users", R"({"_id":"user_0","name":"Z","email":"z@b","country":"Italy"})");
  EXPECT_THAT(store().ListUsers({}).error().message, HasSubstr("users user_0: seq is missing"));
  const auto first = Ok(store().ListUsers({.limit = 1, .cursor = {}}));
  EXPECT_THAT(store().ListUsers({.limit = 1, .cursor = first.next_cursor}).error().message,
              HasSubstr("users user_0: seq is missing"));
}

TEST_P(WrittenByOthers, AnIdThatIsNoTextIsNotLeftOut) {
  Put("users", R"({"_id":{"$oid":"64b7f0000000000000000001"},"seq":"3","name":"Z","email":"z@b","country":"Italy"})");
  EXPECT_THAT(store().ListUsers({}).error().message, HasSubstr("users 64b7f0000000000000000001: _id is objectId"));
  EXPECT_THAT(store().SpendingByCountry(10).error().message, HasSubstr("64b7f0000000000000000001"));
}

TEST_P(WrittenByOthers, AMigrationTakesNullForAbsent) {
  Put("users", R"({"_id":"user_3","seq":"3","name":"C","email":"c@b","country":"Spain","created_at":null})");
  EXPECT_EQ(Ok(store().MigrateUsers({})), 3);
  EXPECT_TRUE(Ok(store().GetUser("user_3")).user.created_at.has_value());
}

TEST_P(WrittenByOthers, ClearingClearsItToo) {
  Put("users", R"({"_id":{"$oid":"64b7f0000000000000000001"},"user_id":"user_9","name":"Z"})");
  Put("users", R"({"_id":"user_8","seq":7,"name":"Y"})");
  Put("orders", R"({"order_id":"order_9","user_id":"user_9","amount":1.5})");
  Ok(store().ClearAll({}));
  auto server = Server();
  EXPECT_FALSE(Ok(server.FindOne("users", {})).has_value());
  EXPECT_FALSE(Ok(server.FindOne("orders", {})).has_value());
}

TEST_P(WrittenByOthers, AnInstanceThatCannotBeReadIsNoneAndKeepsNobodyAway) {
  Put("hosts", R"({"_id":"other","hostname":"other","last_seen":1})");
  EXPECT_TRUE(Ok(store().RenewHost({"pod", "info"}, std::chrono::seconds(60))));
  const auto hosts = Ok(store().ListHosts());
  ASSERT_EQ(hosts.size(), 1U);
  EXPECT_EQ(hosts[0].pod, "pod");
}

TEST_P(WrittenByOthers, AnInstanceFromAheadOfTheServersTimeIsHeardNowAndThenSilent) {
  Put("hosts", R"({"_id":"pod","info":"","lifetime_ms":60000,"seen":{"$date":"2099-01-01T00:00:00Z"}})");
  EXPECT_EQ(Ok(store().ListHosts()).front().silence.count(), 0);
  constexpr std::chrono::milliseconds kPause{20};
  std::this_thread::sleep_for(kPause);
  EXPECT_GE(Ok(store().ListHosts()).front().silence, kPause);
}

TEST_P(WrittenByOthers, ARegisterThatCannotBeReadFailsByName) {
  Put("shared", R"({"_id":"register","version":"1","text":"x"})");
  EXPECT_THAT(store().shared_register()->Read().error().message, HasSubstr("shared register: version is string"));
}

// Which servers were not given, conformance_mongotest.cpp says.
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(WrittenByOthers);
INSTANTIATE_TEST_SUITE_P(On, WrittenByOthers, testing::ValuesIn(GivenTestServers()),
                         [](const auto& servers) { return servers.param.name; });

}  // namespace
}  // namespace demo
