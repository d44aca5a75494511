#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "http/json_body.h"

namespace demo::http {
namespace {

// What fuzz/fuzz_json.cpp begins with and found worth keeping: read or refused, never worse.
TEST(ParseJsonObject, ReadsOrRefusesTheFuzzersCorpus) {
  int read = 0;
  int refused = 0;
  for (const auto& entry : std::filesystem::directory_iterator(DEMO_FUZZ_CORPUS "/json")) {
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    auto object = ParseJsonObject(bytes);
    ++(object ? read : refused);
    if (!object) {
      EXPECT_EQ(object.error().status, 400) << entry.path();
      continue;
    }
    object->TakeString("name");
    object->TakeMoney("amount");
    static_cast<void>(object->Finish());
  }
  EXPECT_GE(read, 5);
  EXPECT_GE(refused, 5);
}

}  // namespace
}  // namespace demo::http
