#include "http/router.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <vector>

namespace demo::http {
namespace {

using Outcome = Router::Outcome;

const std::vector<Route> kRoutes = {
    {Method::kGet, "/", nullptr, Fresh{}},
    {Method::kGet, "/api/users", nullptr, Fresh{}},
    {Method::kPost, "/api/users", nullptr, Changes{}},
    {Method::kGet, "/api/users/{user_id}", nullptr, Fresh{}},
    {Method::kGet, "/api/users/{user_id}/orders/{order_id}", nullptr, Fresh{}},
    {Method::kGet, "/api/users/newest", nullptr, Fresh{}},
    {Method::kPost, "/cache/clear", nullptr, Changes{}},
};

class RouterTest : public testing::Test {
 protected:
  Router::Match Find(Method method, std::string_view path) { return router_.Find(method, path, params_); }

  Router router_{kRoutes};
  Router::Params params_;
};

TEST_F(RouterTest, FindsTheRowOfAMethodAndPath) {
  EXPECT_EQ(Find(Method::kGet, "/").route, 0);
  EXPECT_EQ(Find(Method::kGet, "/api/users").route, 1);
  EXPECT_EQ(Find(Method::kPost, "/api/users").route, 2);
  EXPECT_EQ(Find(Method::kHead, "/api/users").route, 1);
}

TEST_F(RouterTest, DecodesWhatStandsInTheBraces) {
  ASSERT_EQ(Find(Method::kGet, "/api/users/user%5F1/orders/a%2Fb%20c").route, 4);
  EXPECT_EQ(params_[0], "user_1");
  EXPECT_EQ(params_[1], "a/b c");
  EXPECT_EQ(Find(Method::kGet, "/api/%75sers").route, 1) << "the same path, written otherwise";
}

TEST_F(RouterTest, ALiteralSegmentWins) {
  EXPECT_EQ(Find(Method::kGet, "/api/users/newest").route, 5);
  EXPECT_EQ(Find(Method::kGet, "/api/users/newer").route, 3);
}

TEST_F(RouterTest, UnknownPathsAreNotFound) {
  for (const char* path :
       {"", "*", "api/users", "//", "/api", "/api/users/", "/api/users//orders/1", "/api/users/1/orders", "/API/users",
        "/api/users/1/orders/2/3", "/1/2/3/4/5/6/7/8", "/1/2/3/4/5/6/7/8/9", "/{user_id}"}) {
    EXPECT_EQ(Find(Method::kGet, path).outcome, Outcome::kNoPath) << path;
  }
}

TEST_F(RouterTest, OtherMethodsAreToldWhichThereAre) {
  const auto users = Find(Method::kDelete, "/api/users");
  EXPECT_EQ(users.outcome, Outcome::kNoMethod);
  EXPECT_EQ(users.allow, "GET, HEAD, POST");
  const auto clear = Find(Method::kHead, "/cache/clear");
  EXPECT_EQ(clear.outcome, Outcome::kNoMethod);
  EXPECT_EQ(clear.allow, "POST");
  EXPECT_EQ(Find(Method::kOptions, "/").allow, "GET, HEAD");
}

TEST_F(RouterTest, BrokenPercentEncodingIsSaid) {
  for (const char* path : {"/api/users/%", "/api/users/%4", "/api/users/%zz", "/%%"}) {
    EXPECT_EQ(Find(Method::kGet, path).outcome, Outcome::kBadPath) << path;
  }
}

TEST(Router, ATableThatContradictsItselfIsRefused) {
  const std::vector<Route> twice = {kRoutes[0], kRoutes[0]};
  EXPECT_THROW(Router{twice}, std::invalid_argument);
  const std::vector<Route> three = {{Method::kGet, "/{a}/{b}/{c}", nullptr, Fresh{}}};
  EXPECT_THROW(Router{three}, std::invalid_argument);
}

}  // namespace
}  // namespace demo::http
