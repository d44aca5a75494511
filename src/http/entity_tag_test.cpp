#include "http/entity_tag.h"

#include <gtest/gtest.h>

namespace demo::http {
namespace {

bool Allows(std::string_view if_match, std::string_view if_none_match, const std::optional<std::string>& current) {
  Request request;
  request.if_match = if_match;
  request.if_none_match = if_none_match;
  return AllowsChange(request, current);
}

const std::optional<std::string> kTag = "\"abc\"";

TEST(AllowsChange, IfMatchWantsWhatIsThere) {
  for (const std::string_view holds : {"", "*", "\"abc\"", "\"x\", \"abc\"", "\"abc-gz\""}) {
    EXPECT_TRUE(Allows(holds, "", kTag)) << holds;
  }
  for (const std::string_view fails : {"\"x\"", "W/\"abc\"", "abc", "\"abc", "\"abcd\"", "\"abc-gx\"", "\"ab-gzc\""}) {
    EXPECT_FALSE(Allows(fails, "", kTag)) << fails;
  }
  EXPECT_FALSE(Allows("*", "", std::nullopt));
  EXPECT_FALSE(Allows("\"abc\"", "", std::nullopt));
}

TEST(AllowsChange, IfNoneMatchWantsItAway) {
  EXPECT_TRUE(Allows("", "*", std::nullopt));
  EXPECT_TRUE(Allows("", "\"x\"", kTag));
  for (const std::string_view fails : {"*", "\"abc\"", "W/\"abc\"", "\"x\",\"abc-gz\""}) {
    EXPECT_FALSE(Allows("", fails, kTag)) << fails;
  }
  EXPECT_FALSE(Allows("\"abc\"", "\"abc\"", kTag));
}

}  // namespace
}  // namespace demo::http
