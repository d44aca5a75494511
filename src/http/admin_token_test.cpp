#include "http/admin_token.h"

#include <gtest/gtest.h>

namespace demo::http {
namespace {

TEST(AdminToken, UnsetAdmitsEveryone) {
  const AdminToken token("");
  EXPECT_TRUE(token.Admits(""));
  EXPECT_TRUE(token.Admits("Bearer whatever"));
}

TEST(AdminToken, AdmitsItsBearerOnly) {
  const AdminToken token("s3cret");
  EXPECT_TRUE(token.Admits("Bearer s3cret"));
  EXPECT_TRUE(token.Admits("bearer s3cret")) << "the scheme's case does not count";
  EXPECT_TRUE(token.Admits("BEARER   s3cret"));
  for (const char* wrong :
       {"", "Bearer", "Bearer ", "Bearer s3cre", "Bearer s3crets", "Bearer s3creT", "Bearer s3crets3cret",
        "Basic s3cret", "s3cret", "Bearers3cret", "Bearer\ts3cret", "Bearer S3CRET"}) {
    EXPECT_FALSE(token.Admits(wrong)) << wrong;
  }
}

}  // namespace
}  // namespace demo::http
