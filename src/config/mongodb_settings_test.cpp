#include <gtest/gtest.h>

#include <array>
#include <fstream>
#include <string>

#include "config/config.h"

namespace demo {
namespace {

Result<Config> Read(const std::string& uri, const std::string& password) {
  const std::string path = testing::TempDir() + "mongodb-password";
  std::ofstream(path) << password;
  constexpr std::array kTopics = {Topic::kMongodb};
  return ReadConfig(
      kTopics, [](std::string_view) { return std::nullopt; },
      [&](std::string_view variable) -> std::optional<std::string> {
        if (variable == "MONGODB_URI" && !uri.empty()) return uri;
        if (variable == "MONGODB_PASSWORD_FILE") return path;
        return std::nullopt;
      });
}

TEST(MongodbPasswordFile, GoesBehindTheUsersName) {
  EXPECT_EQ(Read("mongodb://demo@a:1,b:2/demoDB?authSource=admin", "secret\n")->mongodb_uri,
            "mongodb://demo:secret@a:1,b:2/demoDB?authSource=admin");
  EXPECT_EQ(Read("mongodb+srv://demo@routers.example", "secret")->mongodb_uri,
            "mongodb+srv://demo:secret@routers.example");
}

TEST(MongodbPasswordFile, IsTakenAsItStands) {
  EXPECT_EQ(Read("mongodb://demo@a", "p@s:s/w%?")->mongodb_uri, "mongodb://demo:p%40s%3As%2Fw%25%3F@a");
}

TEST(MongodbPasswordFile, NeedsAUriWithAUserAndWithoutAPassword) {
  for (const char* uri : {"", "mongodb://", "mongodb://a:1/", "mongodb://@a", "mongodb://demo:other@a",
                          "mongodb://a/?appname=demo@a", "mongodb+srv://a/x@b"}) {
    const auto config = Read(uri, "secret");
    ASSERT_FALSE(config) << uri;
    EXPECT_TRUE(config.error().message.starts_with("MONGODB_URI: got ")) << config.error().message;
    EXPECT_EQ(config.error().message.find("other"), std::string::npos);
  }
}

TEST(MongodbPasswordFile, MayHoldWhatTheServerTakes) {
  EXPECT_EQ(Read("mongodb://demo@a", " a b \n")->mongodb_uri, "mongodb://demo:%20a%20b%20@a");
  EXPECT_EQ(Read("mongodb://demo@a", "\u00e9\r\n")->mongodb_uri, "mongodb://demo:%C3%A9@a");
}

TEST(MongodbPasswordFile, HoldsOneLineOfText) {
  for (const std::string& password : {std::string(), std::string("\n"), std::string("a\n\n"), std::string("a\tb"),
                                      std::string("\xff"), std::string(4097, 'x')}) {
    const auto config = Read("mongodb://demo@a", password);
    ASSERT_FALSE(config);
    EXPECT_TRUE(config.error().message.starts_with("MONGODB_PASSWORD_FILE: got ")) << config.error().message;
  }
}

}  // namespace
}  // namespace demo
