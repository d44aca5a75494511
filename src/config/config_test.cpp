#include "config/config.h"

#include <gtest/gtest.h>

#include <array>
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

constexpr std::array kAll = {Topic::kAddress, Topic::kFolder, Topic::kMongodb, Topic::kServer};

Result<Config> Read(Values environment, Values flags = {}) {
  return ReadConfig(kAll, From(std::move(flags)), From(std::move(environment)));
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
                                                         {"BIND", "localhost:80"},
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
                                                         {"CACHE_MIB", "64KiB"},
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

TEST(Config, TakesUsualSpellings) {
  using enum log::Level;
  const std::pair<const char*, log::Level> levels[] = {{"warn", kWarning}, {"WARN", kWarning},   {"Warning", kWarning},
                                                       {"INFO", kInfo},    {"Debug", kDebug},    {"trace", kDebug},
                                                       {"ERROR", kError},  {"critical", kError}, {"OFF", kOff}};
  for (const auto& [text, level] : levels) EXPECT_EQ(Read({{"LOG_LEVEL", text}})->log_level, level) << text;
  EXPECT_EQ(Read({{"LOG_FORMAT", "JSON"}})->log_format, log::Format::kJson);
  EXPECT_EQ(Read({{"BIND", "localhost"}})->bind, "127.0.0.1");
  EXPECT_EQ(Read({{"BIND", "*"}})->bind, "0.0.0.0");
  EXPECT_EQ(Read({{"BIND", "[::1]"}})->bind, "::1");
  EXPECT_EQ(Read({{"CACHE_MIB", "64MiB"}})->cache_mib, 64);
  EXPECT_EQ(Read({{"CACHE_MIB", "2Gi"}})->cache_mib, 2048);
  EXPECT_EQ(Read({{"DRAIN_DELAY", "5s"}})->drain_delay, std::chrono::seconds(5));
  EXPECT_EQ(Read({{"IDLE_TIMEOUT", "2m"}})->idle_timeout, std::chrono::seconds(120));
}

TEST(Config, SaysWhatIsWrongWithAnyValue) {
  const std::pair<const char*, const char*> flaws[] = {
      {"x\n", "ends with a line end"},   {"x\r\n", "ends with a line end"}, {"x ", "ends with a space"},
      {"x\t", "ends with a tab"},        {" x", "begins with a space"},     {"\nx", "begins with a line end"},
      {"x\x01y", "a control character"}, {"x\xff", "is not UTF-8"}};
  for (const Setting& setting : Settings()) {
    for (const auto& [value, flaw] : flaws) {
      const auto config = Read({{std::string(setting.variable), value}});
      ASSERT_FALSE(config.has_value()) << setting.variable;
      EXPECT_TRUE(config.error().message.starts_with(std::string(setting.variable) + ": got "));
      EXPECT_TRUE(config.error().message.contains(flaw)) << config.error().message;
    }
  }
}

TEST(Config, ReadsOnlyWhatACommandIsAbout) {
  constexpr std::array kAddress = {Topic::kAddress};
  const auto wrong = From({{"MONGODB_URI", "x"}, {"WORKERS", "x"}, {"PORT", "80"}});
  const auto config = ReadConfig(kAddress, From({}), wrong);
  ASSERT_TRUE(config.has_value()) << config.error().message;
  EXPECT_EQ(config->port, 80);
}

TEST(Config, ShowsNoSecretThatStandsInTheWrongPlace) {
  const std::pair<const char*, const char*> wrong[] = {{"REDIS_HOST", "redis://:secret@redis:6379"},
                                                       {"REDIS_SENTINELS", "secret@a"},
                                                       {"REDIS_HOST", "redis://redis:6379?password=secret"},
                                                       {"DATA_DIR", "mongodb://u:secret@a"},
                                                       {"BIND", "http://u:secret@a"},
                                                       {"ADMIN_TOKEN_FILE", "secret"},
                                                       {"REDIS_PASSWORD_FILE", "secret"},
                                                       {"MONGODB_PASSWORD_FILE", "secret"}};
  for (const auto& [variable, value] : wrong) {
    const auto config = Read({{variable, value}});
    ASSERT_FALSE(config.has_value()) << variable;
    EXPECT_FALSE(config.error().message.contains("secret")) << config.error().message;
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
