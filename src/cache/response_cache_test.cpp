#include "cache/response_cache.h"

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>

namespace demo {
namespace {

using namespace std::chrono_literals;

const SteadyTime kStart = SteadyTime(1000h);

std::shared_ptr<const StoredResponse> ResponseOf(std::string body, int status = 200) {
  auto response = std::make_shared<StoredResponse>();
  response->status = status;
  response->body = std::move(body);
  return response;
}

Generations::Stamp StampOf(const ResponseCache& cache, std::initializer_list<Tag> tags = {}) {
  Generations::Slots slots;
  slots.Add(Generations::SlotOf(Tag::kAll));
  for (const Tag tag : tags) slots.Add(Generations::SlotOf(tag));
  return cache.generations().Read(slots);
}

std::string BodyOf(const std::optional<ResponseCache::Found>& found) {
  return found ? found->response->body : "(nothing)";
}

TEST(ResponseCache, FindsWhatWasStored) {
  ResponseCache cache;
  EXPECT_FALSE(cache.Find({"/hosts"}, kStart));
  cache.Store({"/hosts"}, ResponseOf("[]"), StampOf(cache), 300s, kStart);
  const auto found = cache.Find({"/hosts"}, kStart);
  EXPECT_EQ(BodyOf(found), "[]");
  EXPECT_FALSE(found->stale);
  EXPECT_FALSE(cache.Find({"/host"}, kStart));
  EXPECT_FALSE(cache.Find({"/hosts?"}, kStart));
}

TEST(ResponseCache, KeepsACopyForEachVariant) {
  ResponseCache cache;
  cache.Store({"/", "0"}, ResponseOf("english"), StampOf(cache), 30s, kStart);
  cache.Store({"/", "1"}, ResponseOf("french"), StampOf(cache), 30s, kStart);
  EXPECT_EQ(BodyOf(cache.Find({"/", "0"}, kStart)), "english");
  EXPECT_EQ(BodyOf(cache.Find({"/", "1"}, kStart)), "french");
  EXPECT_EQ(BodyOf(cache.Find({"/"}, kStart)), "(nothing)");
  EXPECT_NE((CacheKey{"/", "0"}.ToString()), (CacheKey{"/0"}.ToString()));
}

TEST(ResponseCache, TheLatestCopyReplacesTheOneBefore) {
  ResponseCache cache;
  cache.Store({"/hosts"}, ResponseOf("old"), StampOf(cache), 300s, kStart);
  cache.Store({"/hosts"}, ResponseOf("new"), StampOf(cache), 300s, kStart);
  EXPECT_EQ(BodyOf(cache.Find({"/hosts"}, kStart)), "new");
  EXPECT_EQ(cache.Stats(kStart).entries, 1);
}

TEST(ResponseCache, AWriteHidesWhatItChangedAndNothingElse) {
  ResponseCache cache;
  cache.Store({"/api/users"}, ResponseOf("users"), StampOf(cache, {Tag::kUsers}), 300s, kStart);
  cache.Store({"/hosts"}, ResponseOf("hosts"), StampOf(cache, {Tag::kHosts}), 300s, kStart);
  cache.RaiseTag(Tag::kUsers);
  EXPECT_FALSE(cache.Find({"/api/users"}, kStart));
  EXPECT_FALSE(cache.FindStale({"/api/users"}, kStart));
  EXPECT_EQ(cache.RemainingTtl({"/api/users"}, kStart), 0);
  EXPECT_TRUE(cache.Find({"/hosts"}, kStart));
}

TEST(ResponseCache, AnAnswerReadBeforeAWriteIsNotStoredAfterIt) {
  ResponseCache cache;
  const auto stamp = StampOf(cache, {Tag::kUsers});
  cache.RaiseTag(Tag::kUsers);
  cache.Store({"/api/users"}, ResponseOf("old"), stamp, 300s, kStart);
  EXPECT_FALSE(cache.Find({"/api/users"}, kStart));
  EXPECT_EQ(cache.Stats(kStart).entries, 0);
}

TEST(ResponseCache, OnlySuccessIsStored) {
  ResponseCache cache;
  for (const int status : {201, 204, 303, 400, 404, 500, 503}) {
    cache.Store({"/api/users/none"}, ResponseOf("{}", status), StampOf(cache), 300s, kStart);
    EXPECT_FALSE(cache.Find({"/api/users/none"}, kStart)) << status;
  }
}

TEST(ResponseCache, ClearForgetsEverythingAtOnce) {
  ResponseCache cache;
  const auto before = StampOf(cache, {Tag::kHosts});
  for (int i = 0; i < 100; ++i) cache.Store({"/" + std::to_string(i)}, ResponseOf("x"), StampOf(cache), 300s, kStart);
  EXPECT_EQ(cache.Stats(kStart).entries, 100);
  cache.Clear();
  EXPECT_EQ(cache.Stats(kStart).entries, 0);
  EXPECT_EQ(cache.Stats(kStart).bytes, 0);
  cache.Store({"/hosts"}, ResponseOf("read before the clear"), before, 300s, kStart);
  EXPECT_FALSE(cache.Find({"/hosts"}, kStart));
}

TEST(ResponseCache, LifetimesDifferByATenthAtMost) {
  ResponseCache cache;
  std::set<std::int32_t> seen;
  for (int i = 0; i < 1000; ++i) {
    const std::string target = "/api/users/user_" + std::to_string(i);
    cache.Store({target}, ResponseOf("x"), StampOf(cache), 300s, kStart);
    const std::int32_t left = cache.RemainingTtl({target}, kStart);
    EXPECT_GE(left, 270);
    EXPECT_LE(left, 300);
    seen.insert(left);
  }
  EXPECT_GT(seen.size(), 20U);  // of 30: they do not expire together
}

TEST(ResponseCache, AnAnswerPastItsLifetimeIsServedOnlyInPlaceOfAFailure) {
  ResponseCache cache({.max_stale = 600s});
  cache.Store({"/hosts"}, ResponseOf("hosts"), StampOf(cache), 300s, kStart);
  const SteadyTime later = kStart + 301s;
  EXPECT_FALSE(cache.Find({"/hosts"}, later));
  EXPECT_EQ(cache.RemainingTtl({"/hosts"}, later), 0);
  EXPECT_EQ(cache.SecondsStale({"/hosts"}, kStart), 0) << "fresh";
  EXPECT_GE(cache.SecondsStale({"/hosts"}, later), 1);
  EXPECT_LE(cache.SecondsStale({"/hosts"}, later), 31);
  EXPECT_EQ(cache.SecondsStale({"/hosts"}, kStart + 901s), 0) << "too old";

  const auto stale = cache.FindStale({"/hosts"}, later);
  ASSERT_TRUE(stale);
  EXPECT_TRUE(stale->stale);
  EXPECT_LE(stale->ttl_seconds, 0);
  EXPECT_GE(stale->ttl_seconds, -31);
  EXPECT_FALSE(cache.FindStale({"/hosts"}, kStart + 901s));
}

TEST(ResponseCache, AStoreInTroubleIsAskedOnceASecond) {
  ResponseCache cache;
  cache.Store({"/hosts"}, ResponseOf("hosts"), StampOf(cache, {Tag::kHosts}), 300s, kStart);
  const SteadyTime later = kStart + 301s;
  ASSERT_TRUE(cache.FindStale({"/hosts"}, later));
  const auto meanwhile = cache.Find({"/hosts"}, later + 999ms);
  ASSERT_TRUE(meanwhile);
  EXPECT_TRUE(meanwhile->stale);
  EXPECT_FALSE(cache.Find({"/hosts"}, later + 1s));

  ASSERT_TRUE(cache.FindStale({"/hosts"}, later));
  cache.RaiseTag(Tag::kHosts);
  EXPECT_FALSE(cache.Find({"/hosts"}, later + 1ms)) << "a write ends it";
}

TEST(ResponseCache, OverdueIsWhatOnlyItsLifetimeSpeaksAgainst) {
  ResponseCache cache;
  const SteadyTime now = SteadyClock::now();
  cache.Store({"/hosts"}, ResponseOf("hosts"), StampOf(cache, {Tag::kHosts}), 300s, now);
  const SteadyTime later = now + 301s;
  EXPECT_FALSE(cache.HasOverdue({"/none"}, later));
  EXPECT_FALSE(cache.HasOverdue({"/hosts"}, now)) << "fresh";
  EXPECT_TRUE(cache.HasOverdue({"/hosts"}, later));
  EXPECT_FALSE(cache.HasOverdue({"/hosts"}, now + 901s)) << "too old";
  const auto found = cache.FindOverdue({"/hosts"}, later);
  ASSERT_TRUE(found);
  EXPECT_TRUE(found->stale);

  cache.HeardUntil(later);
  EXPECT_FALSE(cache.HasOverdue({"/hosts"}, later)) << "others may have changed it";
  EXPECT_TRUE(cache.FindStale({"/hosts"}, later));
  cache.HeardUntil(later + 1s);
  EXPECT_TRUE(cache.HasOverdue({"/hosts"}, later));
  cache.RaiseTag(Tag::kHosts);
  EXPECT_FALSE(cache.FindOverdue({"/hosts"}, later)) << "a write made it wrong";
}

TEST(ResponseCache, StaysWithinItsBytes) {
  constexpr std::size_t kMax = 4UL * 1024 * 1024;
  ResponseCache cache({.max_bytes = kMax});
  for (int i = 0; i < 20'000; ++i) {
    cache.Store({"/" + std::to_string(i)}, ResponseOf(std::string(600, 'x')), StampOf(cache), 300s, kStart);
  }
  const CacheStats stats = cache.Stats(kStart);
  EXPECT_LE(stats.bytes, static_cast<std::int64_t>(kMax));
  EXPECT_GT(stats.bytes, static_cast<std::int64_t>(kMax) * 9 / 10);
  EXPECT_GE(stats.bytes, stats.entries * 600);
  EXPECT_EQ(stats.entries + stats.evictions, 20'000);
}

TEST(ResponseCache, ALargeAnswerIsNotStored) {
  ResponseCache cache({.max_bytes = 16UL * 1024 * 1024, .max_entry_bytes = 1000});
  cache.Store({"/small"}, ResponseOf(std::string(300, 'x')), StampOf(cache), 300s, kStart);
  cache.Store({"/large"}, ResponseOf(std::string(1000, 'x')), StampOf(cache), 300s, kStart);
  EXPECT_TRUE(cache.Find({"/small"}, kStart));
  EXPECT_FALSE(cache.Find({"/large"}, kStart));
}

TEST(ResponseCache, WithoutRoomNothingIsStored) {
  ResponseCache cache({.max_bytes = 0});
  cache.Store({"/hosts"}, ResponseOf("[]"), StampOf(cache), 300s, kStart);
  EXPECT_FALSE(cache.Find({"/hosts"}, kStart));
}

TEST(ResponseCache, WhatIsUsedOutlivesWhatIsNot) {
  ResponseCache cache({.max_bytes = 1024UL * 1024});
  cache.Store({"/hot"}, ResponseOf(std::string(500, 'x')), StampOf(cache), 300s, kStart);
  for (int i = 0; i < 20'000; ++i) {
    cache.Store({"/" + std::to_string(i)}, ResponseOf(std::string(500, 'x')), StampOf(cache), 300s, kStart);
    ASSERT_TRUE(cache.Find({"/hot"}, kStart)) << "after " << i;
  }
  EXPECT_FALSE(cache.Find({"/0"}, kStart));
}

TEST(ResponseCache, WhatAWriteMadeUselessIsFreed) {
  ResponseCache cache;
  for (int i = 0; i < 1000; ++i) {
    const Tag tag = i % 4 == 0 ? Tag::kHosts : Tag::kUsers;
    cache.Store({"/" + std::to_string(i)}, ResponseOf("x"), StampOf(cache, {tag}), 300s, kStart);
  }
  cache.RaiseTag(Tag::kUsers);
  const std::int64_t before = cache.Stats(kStart).bytes;
  EXPECT_EQ(cache.Stats(kStart).entries, 250);
  EXPECT_EQ(cache.Stats(kStart + 1000s).entries, 0) << "past every lifetime and grace";
  EXPECT_EQ(cache.Stats(kStart).bytes, 0);
  EXPECT_GT(before, 0);
}

TEST(ResponseCache, CountsWhatHappened) {
  ResponseCache cache;
  cache.Store({"/hosts"}, ResponseOf("[]"), StampOf(cache), 300s, kStart);
  for (int i = 0; i < 3; ++i) (void)cache.Find({"/hosts"}, kStart);
  (void)cache.Find({"/none"}, kStart);
  (void)cache.FindStale({"/hosts"}, kStart + 301s);
  (void)cache.Find({"/hosts"}, kStart + 301s);
  cache.Count(CacheEvent::kMiss);
  cache.Count(CacheEvent::kCoalesced);
  const CacheStats stats = cache.Stats(kStart);
  EXPECT_EQ(stats.hits, 3);
  EXPECT_EQ(stats.misses, 1);
  EXPECT_EQ(stats.stale, 1);
  EXPECT_EQ(stats.coalesced, 1);
}

}  // namespace
}  // namespace demo
