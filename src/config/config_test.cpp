#include "config/config.h"

#include <gtest/gtest.h>

#include <fstream>
#include <map>

namespace demo {
namespace {

using Values = std::map<std::string, std::string, std::less<>>;

Lookup From(Values values) {
  return [values = std::move(values)](std::string_view variable) -> std::optional<std::string> {
    const auto found = values.find(variable);
    return found == values.end() ? std::nullopt : std::optional(found->second);
  };
}

Result<Config> Read(Values environment, Values flags = {}) {
  return ReadConfig(From(std::move(flags)), From(std::move(environment)));
}

TEST(Config, HasTheDefaultsOfTheContract) {
  const auto config = Read({});
  ASSERT_TRUE(config.has_value());
  EXPECT_EQ(config->port, 5000);
  EXPECT_EQ(config->bind, "0.0.0.0");
  EXPECT_EQ(config->environment, "local");
  EXPECT_EQ(config->data_dir, "./data");
  EXPECT_EQ(config->admin_token, "");
  EXPECT_FALSE(config->instance.empty());
}

TEST(Config, KeepsAConnectionLongerThanABalancer) {
  EXPECT_GT(Read({})->idle_timeout, std::chrono::seconds(90));
  EXPECT_EQ(Read({{"IDLE_TIMEOUT", "650"}})->idle_timeout, std::chrono::seconds(650));
}

TEST(Config, HasAsManyWorkersAsTheStoreNeeds) {
  EXPECT_EQ(Read({})->workers, 32);
  EXPECT_EQ(Read({{"MONGODB_URI", "mongodb://a"}})->workers, 64);
  EXPECT_EQ(Read({{"MONGODB_URI", "mongodb://a"}, {"WORKERS", "16"}})->workers, 16);
}

TEST(Config, AFlagWinsOverTheEnvironment) {
  EXPECT_EQ(Read({{"PORT", "1"}}, {{"PORT", "2"}})->port, 2);
  EXPECT_EQ(Read({{"PORT", "nonsense"}}, {{"PORT", "2"}})->port, 2);
}

TEST(Config, NamesTheVariableWhatItGotAndWhatItWants) {
  const auto config = Read({{"PORT", "65536"}});
  ASSERT_FALSE(config.has_value());
  EXPECT_EQ(config.error().message, "PORT: got \"65536\", wants a number from 0 to 65535");
}

TEST(Config, RefusesEveryWrongValue) {
  const std::multimap<std::string, std::string> wrong = {{"PORT", ""},
                                                         {"PORT", "80 "},
                                                         {"BIND", "localhost"},
                                                         {"ENVIRONMENT", "a b"},
                                                         {"INSTANCE", ""},
                                                         {"DATA_DIR", ""},
                                                         {"MONGODB_URI", "x"},
                                                         {"REDIS_HOST", "x:y"},
                                                         {"LOG_FORMAT", "xml"},
                                                         {"LOG_LEVEL", "loud"},
                                                         {"LOOPS", "-1"},
                                                         {"WORKERS", "0"},
                                                         {"QUEUE", "1e3"},
                                                         {"CACHE_MIB", "64MiB"},
                                                         {"IDLE_TIMEOUT", "0"},
                                                         {"IDLE_TIMEOUT", "3601"},
                                                         {"DRAIN_DELAY", "1.5"},
                                                         {"DRAIN_DEADLINE", " 1"},
                                                         {"LOOPS", "+1"},
                                                         {"ADMIN_TOKEN", "few"},
                                                         {"ADMIN_TOKEN_FILE", "/a"},
                                                         {"PORT", "99999999999999999999"}};
  for (const auto& [variable, value] : wrong) {
    const auto config = Read({{variable, value}});
    ASSERT_FALSE(config.has_value()) << variable;
    EXPECT_TRUE(config.error().message.starts_with(variable + ": got ")) << config.error().message;
    EXPECT_EQ(config.error().message.find('\n'), std::string::npos);
  }
}

TEST(Config, NeverShowsASecret) {
  for (const char* variable : {"ADMIN_TOKEN", "MONGODB_URI"}) {
    const auto config = Read({{variable, "se cret"}});
    ASSERT_FALSE(config.has_value());
    EXPECT_EQ(config.error().message.find("se cret"), std::string::npos);
  }
}

TEST(Config, ReadsTheTokenFromAFileWithoutItsNewline) {
  const std::string path = testing::TempDir() + "admin-token";
  std::ofstream(path) << "correct-horse\n";
  EXPECT_EQ(Read({{"ADMIN_TOKEN_FILE", path}})->admin_token, "correct-horse");
  EXPECT_FALSE(Read({{"ADMIN_TOKEN_FILE", path}, {"ADMIN_TOKEN", "correct-horse"}}).has_value());
}

TEST(Config, AFlagIsCalledAsItsVariable) {
  EXPECT_EQ(Settings()[0].Flag(), "--port");
  for (const Setting& setting : Settings()) {
    if (setting.variable == "ADMIN_TOKEN_FILE") {
      EXPECT_EQ(setting.Flag(), "--admin-token-file");
    }
  }
}

}  // namespace
}  // namespace demo
