#include "config/misspelt.h"

#include <gtest/gtest.h>

#include <array>

namespace demo {
namespace {

constexpr std::array kAll = {Topic::kAddress, Topic::kFolder, Topic::kMongodb, Topic::kServer};

std::string Meant(const char* entry, std::span<const Topic> topics = kAll) {
  const std::array<const char*, 2> environment = {entry, nullptr};
  const auto found = FindMisspelt(environment.data(), topics);
  return found.empty() ? "" : std::string(found.front().meant);
}

TEST(FindMisspelt, KnowsSlipsAndOtherProgramsNames) {
  const std::pair<const char*, const char*> names[] = {{"MONGO_URI=x", "MONGODB_URI"},
                                                       {"MONGO_URL=x", "MONGODB_URI"},
                                                       {"MONGODB_URL=x", "MONGODB_URI"},
                                                       {"MONGO_DB_URI=x", "MONGODB_URI"},
                                                       {"MONGDB_URI=x", "MONGODB_URI"},
                                                       {"DATABASE_URL=x", "MONGODB_URI"},
                                                       {"LOGLEVEL=debug", "LOG_LEVEL"},
                                                       {"LOG_LEVLE=debug", "LOG_LEVEL"},
                                                       {"log_level=debug", "LOG_LEVEL"},
                                                       {"REDIS_URL=redis://x", "REDIS_HOST"},
                                                       {"REDIS_PORT=6379", "REDIS_HOST"},
                                                       {"REDISHOST=x", "REDIS_HOST"},
                                                       {"REDIS_HOSTS=x", "REDIS_HOST"},
                                                       {"REDIS_PASSWORD=x", "REDIS_PASSWORD_FILE"},
                                                       {"DATADIR=x", "DATA_DIR"},
                                                       {"DATA_PATH=x", "DATA_DIR"},
                                                       {"ENVIROMENT=dev", "ENVIRONMENT"},
                                                       {"ADMINTOKEN=x", "ADMIN_TOKEN"},
                                                       {"DEMO_APP_LOG_LEVEL=x", "LOG_LEVEL"},
                                                       {"DEMO_APP_PORT=80", "PORT"},
                                                       {"WORKER=3", "WORKERS"},
                                                       {"LOOP=3", "LOOPS"},
                                                       {"CACHE_MB=3", "CACHE_MIB"},
                                                       {"IDLE_TIME_OUT=3", "IDLE_TIMEOUT"}};
  for (const auto& [entry, meant] : names) EXPECT_EQ(Meant(entry), meant) << entry;
}

TEST(FindMisspelt, IsSilentAboutTheRest) {
  for (const char* entry : {"PATH=/bin",
                            "HOME=/root",
                            "HOSTNAME=x",
                            "HOST=x",
                            "ENV=x",
                            "PORT=80",
                            "MONGODB_URI=x",
                            "LOGNAME=x",
                            "POST=x",
                            "SORT=x",
                            "FIND=x",
                            "PORTS=x",
                            "DATA=x",
                            "TOKEN=x",
                            "LOG_DIR=x",
                            "MONGODB_BIN=x",
                            "DEMO_APP=x",
                            "DEMO_E2E=1",
                            "MALLOC_ARENA_MAX=2",
                            "MONGOC_DISABLE_SHM=1",
                            "LISTEN_FDS=3",
                            "",
                            "=",
                            "A",
                            "OTEL_SERVICE_NAME=x"}) {
    EXPECT_EQ(Meant(entry), "") << entry;
  }
}

TEST(FindMisspelt, IsSilentAboutServicesOfKubernetes) {
  for (const char* entry :
       {"REDIS_PORT=tcp://10.0.0.1:6379", "REDIS_SERVICE_HOST=10.0.0.1", "REDIS_SERVICE_PORT=6379",
        "REDIS_PORT_6379_TCP=tcp://10.0.0.1:6379", "REDIS_PORT_6379_TCP_ADDR=10.0.0.1", "REDIS_PORT_6379_TCP_PORT=6379",
        "REDIS_PORT_6379_TCP_PROTO=tcp", "DEMO_APP_SERVICE_HOST=10.0.0.1", "DEMO_APP_SERVICE_PORT=80",
        "DEMO_APP_SERVICE_PORT_HTTP=80", "DEMO_APP_PORT=tcp://10.0.0.1:80", "MONGO_PORT=tcp://10.0.0.1:27017",
        "MONGO_PORT_27017_TCP=tcp://10.0.0.1:27017", "HTTP_PORT=tcp://10.0.0.1:80",
        "KUBERNETES_PORT=tcp://10.0.0.1:443", "QUEUES_PORT=udp://10.0.0.1:53"}) {
    EXPECT_EQ(Meant(entry), "") << entry;
  }
}

TEST(FindMisspelt, LooksAtTheSettingsOfTheCommandOnly) {
  constexpr std::array kAddress = {Topic::kAddress};
  EXPECT_EQ(Meant("MONGO_URI=x", kAddress), "");
  EXPECT_EQ(Meant("HTTP_PORT=80", kAddress), "PORT");
  EXPECT_EQ(Meant("HTTP_PORT=80", {}), "");
}

}  // namespace
}  // namespace demo
