#include "store/mongo/router_answers.h"

#include <gtest/gtest.h>

namespace demo::mongo {
namespace {

using testing::Test;

/// Two routers that this instance knows by address, and one that it knows no way to.
class RouterAnswersTest : public Test {
 protected:
  RouterAnswersTest() {
    (void)answers_.Nameless({{"10.0.0.1:27017", 1}, {"10.0.0.2:27017", 2}});
    answers_.Learn("10.0.0.1:27017", "a:27017");
    answers_.Learn("10.0.0.2:27017", "b:27017");
    (void)Look();
  }

  std::vector<std::optional<bool>> Look(bool complete = true) {
    std::vector<Topology::Router> routers{{"a:27017", "", {}}, {"b:27017", "", {}}, {"c:27017", "", {}}};
    answers_.Mark(complete, routers);
    std::vector<std::optional<bool>> found;
    for (const auto& router : routers) found.push_back(router.answers);
    return found;
  }

  RouterAnswers answers_;
};

TEST_F(RouterAnswersTest, WhoAnswersIsKnownByName) {
  EXPECT_EQ(Look(), (std::vector<std::optional<bool>>{true, true, std::nullopt}));
}

TEST_F(RouterAnswersTest, WhoFellSilentDoesNotAnswer) {
  EXPECT_TRUE(answers_.Nameless({{"10.0.0.2:27017", 2}}).empty());
  EXPECT_EQ(Look(), (std::vector<std::optional<bool>>{false, true, std::nullopt}));
}

TEST_F(RouterAnswersTest, WhoWasNotReachedYetIsUnknown) {
  EXPECT_TRUE(answers_.Nameless({}).empty());
  EXPECT_EQ(Look(false), (std::vector<std::optional<bool>>{std::nullopt, std::nullopt, std::nullopt}));
}

TEST_F(RouterAnswersTest, WhoComesBackIsAskedForItsNameAgain) {
  (void)answers_.Nameless({{"10.0.0.2:27017", 2}});
  EXPECT_EQ(answers_.Nameless({{"10.0.0.1:27017", 1}, {"10.0.0.2:27017", 2}}),
            std::vector<std::string>{"10.0.0.1:27017"});
}

}  // namespace
}  // namespace demo::mongo
