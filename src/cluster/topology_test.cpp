#include "cluster/topology.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace demo::cluster {
namespace {

using testing::HasSubstr;

constexpr std::string_view kSmall = R"({
  "config": {"name": "rs-config", "members": ["a:1"]},
  "shards": [{"name": "rs-shard", "members": ["b:1", "[::1]:2"]}],
  "routers": ["c:1"]})";

std::string ErrorOf(std::string_view text) {
  const auto topology = ParseTopology(text);
  return topology ? "nothing is wrong" : topology.error().message;
}

/// kSmall with one more member of its root.
std::string With(std::string_view member) {
  return std::string(kSmall.substr(0, kSmall.size() - 1)) + ", " + std::string(member) + "}";
}

TEST(Topology, ReadsAShardedCluster) {
  const auto topology = ParseTopology(kSmall);
  ASSERT_TRUE(topology) << topology.error().message;
  EXPECT_TRUE(topology->sharded());
  EXPECT_EQ(topology->home().name, "rs-config");
  EXPECT_EQ(topology->shards.at(0).members, (std::vector<std::string>{"b:1", "[::1]:2"}));
  EXPECT_EQ(topology->routers, std::vector<std::string>{"c:1"});
  EXPECT_EQ(topology->database, "demoDB");
  EXPECT_FALSE(topology->collections.empty());
}

TEST(Topology, ReadsAPlainReplicaSet) {
  const auto topology = ParseTopology(R"({"replicaSet": {"name": "rs0", "members": ["a:1"]}})");
  ASSERT_TRUE(topology) << topology.error().message;
  EXPECT_FALSE(topology->sharded());
  EXPECT_EQ(topology->home().name, "rs0");
}

TEST(Topology, ReadsTheBuiltInOne) {
  const auto topology = ParseTopology(KubernetesTopology());
  ASSERT_TRUE(topology) << topology.error().message;
  EXPECT_EQ(topology->config->members.size(), 3);
  EXPECT_EQ(topology->shards.size(), 1);
  EXPECT_EQ(topology->admin->name, "admin");
}

TEST(Topology, TakesOtherShardKeys) {
  const auto topology =
      ParseTopology(With(R"("collections": {"users": {"country": 1, "_id": 1}, "more": {"_id": "hashed"}})"));
  ASSERT_TRUE(topology) << topology.error().message;
  EXPECT_EQ(topology->collections.front().shard_key, (boost::json::object{{"country", 1}, {"_id", 1}}));
  EXPECT_EQ(topology->collections.back().name, "more");
  EXPECT_TRUE(topology->collections.back().indexes.empty());
}

TEST(Topology, NamesWhatIsWrong) {
  EXPECT_THAT(ErrorOf("{"), HasSubstr("is no JSON"));
  EXPECT_THAT(ErrorOf("[]"), HasSubstr("the file: got [], wants an object"));
  EXPECT_EQ(ErrorOf("{}"), "config is missing");
  EXPECT_THAT(ErrorOf(With(R"("shard": 1)")),
              HasSubstr("\"shard\": got a value that is not shown, wants to be one of config, shards"));
  EXPECT_THAT(ErrorOf(With(R"("routers": [])")), HasSubstr("names \"routers\" twice"));
  EXPECT_THAT(ErrorOf(With(R"("chunks": 0)")), HasSubstr("chunks: got 0, wants a number from 1"));
  EXPECT_THAT(ErrorOf(With(R"("chunks": "many")")), HasSubstr("chunks: got \"many\""));
  EXPECT_THAT(ErrorOf(With(R"("database": "admin")")), HasSubstr("database: got \"admin\""));
  EXPECT_THAT(ErrorOf(With(R"("keyFile": 7)")), HasSubstr("keyFile: got a value that is not shown, wants the path"));
  EXPECT_THAT(ErrorOf(With(R"("keyFile": "k")")), HasSubstr("users is missing"));
  EXPECT_THAT(ErrorOf(With(R"("users": {"app": {"name": "x", "passwordFile": "p"}})")), HasSubstr("wants an admin"));
  EXPECT_THAT(ErrorOf(With(R"("users": {"admin": {"name": "x"}})")), HasSubstr("users.admin.passwordFile is missing"));
  EXPECT_THAT(ErrorOf(With(R"("collections": {"users": {"_id": "text"}})")), HasSubstr("a shard key"));
  EXPECT_THAT(ErrorOf(With(R"("collections": {"a$b": {"_id": 1}})")), HasSubstr("wants a name"));
  EXPECT_THAT(ErrorOf(With(R"("replicaSet": {"name": "rs0", "members": ["x:1"]})")),
              HasSubstr("to be absent beside replicaSet"));
}

TEST(Topology, RefusesWrongMembers) {
  const auto with_members = [](const std::string& members) {
    return ErrorOf(R"({"replicaSet": {"name": "rs0", "members": )" + members + "}}");
  };
  EXPECT_THAT(with_members("[]"), HasSubstr("a list of 1 to 7 addresses"));
  EXPECT_THAT(with_members(R"(["a:1","b:1","c:1","d:1","e:1","f:1","g:1","h:1"])"), HasSubstr("1 to 7"));
  for (const char* address : {"a", "a:", ":1", "a:0", "a:65536", "a:1x", "a b:1", "[]:1", "[::1:1", "u@a:1", "a/b:1"}) {
    EXPECT_THAT(with_members("[\"" + std::string(address) + "\"]"), HasSubstr("replicaSet.members[0]")) << address;
  }
  EXPECT_THAT(with_members(R"(["a:1", "a:1"])"), HasSubstr("replicaSet.members[1]"));
  EXPECT_THAT(ErrorOf(R"({"replicaSet": {"name": "config", "members": ["a:1"]}})"), HasSubstr("replicaSet.name"));
}

TEST(Topology, SurvivesHostileTexts) {
  EXPECT_THAT(ErrorOf(std::string(100'000, '[')), HasSubstr("is no JSON"));
  EXPECT_THAT(ErrorOf("{\"" + std::string(100'000, 'x') + "\": 1}"), HasSubstr("is no JSON"));
  EXPECT_THAT(ErrorOf("{\"a\xff\": 1}"), HasSubstr("is no JSON"));
  // What is shown stays short and on one line.
  EXPECT_LT(ErrorOf(With("\"database\": \"" + std::string(60'000, 'x') + "\"")).size(), 300);
  EXPECT_THAT(ErrorOf(With(R"("data\nbase": 1)")), testing::Not(HasSubstr("\n")));
}

class TopologyFile : public testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directories(folder_); }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  void Write(const std::string& name, const std::string& text) const { std::ofstream(folder_ / name) << text; }
  [[nodiscard]] Result<Topology> Read() const { return ReadTopology(folder_ / "topology.json"); }

  const std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("topology-" + std::to_string(getpid()));
};

TEST_F(TopologyFile, ReadsSecretsBesideIt) {
  Write("topology.json", With(R"("keyFile": "key", "users": {"admin": {"name": "root", "passwordFile": "password"}})"));
  EXPECT_THAT(Read().error().message, HasSubstr("keyFile: got a value that is not shown, wants a readable file"));
  Write("key", "c2Vj\ncmV0 \n");
  EXPECT_THAT(Read().error().message, HasSubstr("users.admin.passwordFile"));
  Write("password", "hush\n");
  const auto topology = Read();
  ASSERT_TRUE(topology) << topology.error().message;
  EXPECT_EQ(topology->key, "c2VjcmV0");
  EXPECT_EQ(topology->admin->password, "hush");
}

TEST_F(TopologyFile, ShowsNoSecret) {
  Write("topology.json", With(R"("keyFile": "key", "users": {"admin": {"name": "root", "passwordFile": "password"}})"));
  Write("key", "- not base64: hush");
  EXPECT_THAT(Read().error().message, testing::Not(HasSubstr("hush")));
  Write("key", "c2VjcmV0");
  Write("password", "hush\nhush");
  EXPECT_THAT(Read().error().message, testing::Not(HasSubstr("hush")));
  EXPECT_THAT(Read().error().message, HasSubstr((folder_ / "password").string()));
}

TEST_F(TopologyFile, TakesAPasswordThatServersTake) {
  Write("topology.json", With(R"("users": {"admin": {"name": "root", "passwordFile": "password"}})"));
  for (const std::string password : {"hush hush", "\u00e9t\u00e9", " x ", "\u4f60"}) {
    Write("password", password + "\n");
    ASSERT_TRUE(Read()) << Read().error().message;
    EXPECT_EQ(Read()->admin->password, password);
  }
}

TEST(Topology, ShowsNoSecretInPlaceOfItsFile) {
  for (const char* users : {R"({"admin": {"name": "root", "password": "hush"}})", R"({"admin": "hush"})", R"("hush")",
                            R"({"admin": {"name": "root", "passwordFile": ["hush"]}})", R"({"root": "hush"})"}) {
    EXPECT_THAT(ErrorOf(With(std::string(R"("users": )") + users)), testing::Not(HasSubstr("hush"))) << users;
  }
  EXPECT_THAT(ErrorOf(With(R"("password": "hush")")), testing::Not(HasSubstr("hush")));
  EXPECT_THAT(ErrorOf(With(R"("keyFile": ["hush"])")), testing::Not(HasSubstr("hush")));
}

TEST_F(TopologyFile, ShowsNoSecretInPlaceOfItsFile) {
  Write("topology.json", With(R"("users": {"admin": {"name": "root", "passwordFile": "hush"}})"));
  EXPECT_THAT(Read().error().message, testing::Not(HasSubstr("hush")));
}

TEST_F(TopologyFile, RefusesWhatIsNoFile) {
  EXPECT_THAT(Read().error().message, HasSubstr("--topology: got"));
  EXPECT_THAT(ReadTopology("/dev/zero").error().message, HasSubstr("at most 1 MiB"));
}

}  // namespace
}  // namespace demo::cluster
