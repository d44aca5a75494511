#include "mongo/shape.h"

#include <gtest/gtest.h>

namespace demo::mongo {
namespace {

using store_work::Reach;

Reach Of(const char* name, const char* json) { return ReachOf(name, Document::FromJson(json).view()); }

TEST(ReachOf, GoesByTheShardKey) {
  EXPECT_EQ(Of("find", R"({"find":"users","filter":{"_id":"user_1"}})"), Reach::kTargeted);
  EXPECT_EQ(Of("find", R"({"find":"users","filter":{"_id":{"$in":["user_1","user_2"]}}})"), Reach::kSeveral);
  EXPECT_EQ(Of("find", R"({"find":"users","filter":{"_id":{"$in":["user_1"]}}})"), Reach::kTargeted);
  EXPECT_EQ(Of("find", R"({"find":"users","filter":{"_id":{"$gt":"user_1"}}})"), Reach::kScatter);
  EXPECT_EQ(Of("find", R"({"find":"users","filter":{"seq":{"$lt":"1"}}})"), Reach::kScatter);
  EXPECT_EQ(Of("find", R"({"find":"orders","filter":{"_id":"order_1"}})"), Reach::kScatter);
  EXPECT_EQ(Of("find", R"({"find":"orders","filter":{"_id":"order_1","user_id":"user_1"}})"), Reach::kTargeted);
  EXPECT_EQ(Of("aggregate", R"({"aggregate":"orders","pipeline":[{"$match":{"user_id":{"$in":["user_1"]}}}]})"),
            Reach::kTargeted);
  EXPECT_EQ(Of("aggregate", R"({"aggregate":"users","pipeline":[{"$sample":{"size":1}}]})"), Reach::kScatter);
  EXPECT_EQ(Of("count", R"({"count":"users"})"), Reach::kScatter);
}

TEST(ReachOf, KnowsWrites) {
  EXPECT_EQ(Of("insert", R"({"insert":"users","documents":[]})"), Reach::kTargeted);
  EXPECT_EQ(Of("insert", R"({"insert":"users","documents":[{"_id":"a"},{"_id":"b"}]})"), Reach::kSeveral);
  EXPECT_EQ(Of("insert", R"({"insert":"requests","documents":[{"_id":"a"}]})"), Reach::kTargeted);
  EXPECT_EQ(Of("update", R"({"update":"hosts","updates":[{"q":{"_id":"pod"}}]})"), Reach::kTargeted);
  EXPECT_EQ(Of("update", R"({"update":"users","updates":[{"q":{"_id":"a"}},{"q":{"_id":"b"}}]})"), Reach::kSeveral);
  EXPECT_EQ(Of("delete", R"({"delete":"hosts","deletes":[{"q":{"_id":{"$in":["a","b"]}}}]})"), Reach::kSeveral);
  EXPECT_EQ(Of("update", R"({"update":"users","updates":[{"q":{"_id":"a"}},{"q":{}}]})"), Reach::kScatter);
  EXPECT_EQ(Of("delete", R"({"delete":"orders","deletes":[{"q":{"seq":{"$lt":"1"}}}]})"), Reach::kScatter);
  EXPECT_EQ(Of("findAndModify", R"({"findAndModify":"hosts","query":{"_id":"pod"}})"), Reach::kTargeted);
}

TEST(ReachOf, LeavesTheRestOut) {
  EXPECT_EQ(Of("ping", R"({"ping":1})"), Reach::kNone);
  EXPECT_EQ(Of("createIndexes", R"({"createIndexes":"users"})"), Reach::kNone);
  EXPECT_EQ(Of("find", R"({"find":"loads","filter":{"_id":"x"}})"), Reach::kNone);
  EXPECT_EQ(Of("find", R"({"find":"chunks","filter":{}})"), Reach::kNone);
}

}  // namespace
}  // namespace demo::mongo
