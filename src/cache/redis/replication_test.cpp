#include "cache/redis/replication.h"

#include <gtest/gtest.h>

namespace demo::redis {
namespace {

constexpr std::string_view kPrimary =
    "# Replication\r\nrole:master\r\nconnected_slaves:2\r\n"
    "slave0:ip=10.0.0.7,port=6379,state=online,offset=42,lag=1\r\n"
    "slave1:ip=::1,port=6380,state=wait_bgsave,offset=0,lag=0\r\n"
    "master_failover_state:no-failover\r\nmaster_replid:8371b4fb1155b71f4a04d3e1bc3e18c4a990aeeb\r\n"
    "master_replid2:0000000000000000000000000000000000000000\r\n";

Reply Text(std::string text) { return {.kind = Reply::Kind::kText, .text = std::move(text), .number = 0, .items = {}}; }
Reply List(std::vector<Reply> items) {
  return {.kind = Reply::Kind::kList, .text = {}, .number = 0, .items = std::move(items)};
}

TEST(Replication, ReadsWhatAPrimarySays) {
  const auto replication = ReadReplication(kPrimary);
  ASSERT_TRUE(replication);
  EXPECT_TRUE(replication->primary);
  EXPECT_EQ(replication->id, "8371b4fb1155b71f4a04d3e1bc3e18c4a990aeeb");
  ASSERT_EQ(replication->replicas.size(), 2U);
  EXPECT_EQ(replication->replicas[0].address, "10.0.0.7:6379");
  EXPECT_TRUE(replication->replicas[0].online);
  EXPECT_EQ(replication->replicas[0].lag_seconds, 1);
  EXPECT_EQ(replication->replicas[1].address, "[::1]:6380");
  EXPECT_FALSE(replication->replicas[1].online);
}

TEST(Replication, AReplicaIsNoPrimary) { EXPECT_FALSE(ReadReplication("role:slave\r\nmaster_replid:aa\r\n")->primary); }

TEST(Replication, RefusesWhatSaysTooLittle) {
  for (const char* info : {"", "role:master\r\n", "master_replid:aa\r\n", "role:\r\nmaster_replid:\r\n", "garbage",
                           "xrole:master\nxmaster_replid:a\n"}) {
    EXPECT_FALSE(ReadReplication(info)) << info;
  }
  EXPECT_FALSE(ReadReplication("role:master\r\nmaster_replid:" + std::string(65, 'a')));
}

TEST(Sentinel, TellsWhereThePrimaryIs) {
  EXPECT_EQ(ReadMasterAddress(List({Text("10.0.0.5"), Text("6379")})), (Endpoint{"10.0.0.5", 6379}));
  EXPECT_FALSE(ReadMasterAddress(Reply{})) << "the name is not known";
  EXPECT_FALSE(ReadMasterAddress(List({Text("10.0.0.5"), Text("0")})));
  EXPECT_FALSE(ReadMasterAddress(List({Text(""), Text("1")})));
  EXPECT_FALSE(ReadMasterAddress(List({Text("10.0.0.5")})));
}

TEST(Sentinel, TellsOfTheOthers) {
  const auto found = ReadSentinels(List({
      List({Text("name"), Text("x"), Text("ip"), Text("10.0.0.8"), Text("port"), Text("26379")}),
      List({Text("ip"), Text("10.0.0.9"), Text("port"), Text("wrong")}),
      List({Text("odd")}),
      Text("garbage"),
  }));
  EXPECT_EQ(found, (std::vector<Endpoint>{{"10.0.0.8", 26379}}));
}

TEST(Sentinel, TellsOfASwitch) {
  EXPECT_EQ(ReadSwitch("cache 10.0.0.5 6379 10.0.0.6 6380", "cache"), (Endpoint{"10.0.0.6", 6380}));
  EXPECT_FALSE(ReadSwitch("other 10.0.0.5 6379 10.0.0.6 6380", "cache"));
  EXPECT_FALSE(ReadSwitch("cache 10.0.0.5 6379 10.0.0.6", "cache"));
  EXPECT_FALSE(ReadSwitch("cache a 1 b 2 c", "cache"));
  EXPECT_FALSE(ReadSwitch("", "cache"));
}

}  // namespace
}  // namespace demo::redis
