#include "base/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "base/per_thread.h"

namespace demo::metrics {
namespace {

using testing::HasSubstr;

TEST(Durations, FallIntoTheBucketWhoseBoundTheyDoNotExceed) {
  DurationHistogram<LocalCounter> histogram;
  histogram.Record(0);
  histogram.Record(25'000);
  histogram.Record(25'001);
  histogram.Record(10'000'000'000);
  histogram.Record(10'000'000'001);
  DurationTotal total;
  histogram.AddTo(total);
  EXPECT_EQ(total.buckets.front(), 2U);
  EXPECT_EQ(total.buckets[1], 1U);
  EXPECT_EQ(total.buckets[kDurationBounds.size() - 1], 1U);
  EXPECT_EQ(total.buckets.back(), 1U);
  EXPECT_EQ(total.Count(), 5U);
  EXPECT_EQ(total.nanoseconds, 20'000'050'002U);
}

TEST(Durations, KeepTheBoundsThatOpenTelemetryAdvises) {
  for (const std::int64_t advised : {5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10000}) {
    EXPECT_THAT(kDurationBounds, testing::Contains(advised * 1'000'000));
  }
  EXPECT_TRUE(std::is_sorted(kDurationBounds.begin(), kDurationBounds.end()));
}

TEST(FineHistogram, TellsQuantilesWithinAnEighth) {
  for (const std::int64_t duration : {1'500L, 20'000L, 999'999L, 3'000'000L, 1'234'567'890L, 60'000'000'000L}) {
    FineHistogram histogram;
    histogram.Record(duration);
    FineCounts counts{};
    histogram.AddTo(counts);
    const auto told = static_cast<double>(Quantile(counts, 0.99));
    EXPECT_GE(told, static_cast<double>(duration));
    EXPECT_LE(told, static_cast<double>(duration) * 1.125);
  }
}

TEST(FineHistogram, FindsTheRankOfAQuantile) {
  FineHistogram histogram;
  for (int i = 0; i < 99; ++i) histogram.Record(20'000);
  histogram.Record(1'000'000'000);
  FineCounts counts{};
  histogram.AddTo(counts);
  EXPECT_LT(Quantile(counts, 0.50), 23'000);
  EXPECT_LT(Quantile(counts, 0.99), 23'000);
  EXPECT_GE(Quantile(counts, 0.991), 1'000'000'000);
  EXPECT_EQ(Quantile(FineCounts{}, 0.5), 0);
}

TEST(FineHistogram, HoldsAnyNumber) {
  EXPECT_EQ(FineHistogram::BucketOf(-5), 0U);
  EXPECT_EQ(FineHistogram::BucketOf(1023), 0U);
  EXPECT_EQ(FineHistogram::BucketOf(1024), 0U);
  EXPECT_EQ(FineHistogram::BucketOf((1LL << 37) - 1), kFineBuckets - 1);
  EXPECT_EQ(FineHistogram::BucketOf(std::numeric_limits<std::int64_t>::max()), kFineBuckets - 1);
}

TEST(Registry, RendersThePrometheusText) {
  Registry registry;
  registry.Add([](Families& families) { AddCounter(families, "things_total", "Things.", 3); });
  registry.Add([](Families& families) {
    DurationHistogram<SharedCounter> histogram;
    histogram.Record(60'000);
    DurationTotal total;
    histogram.AddTo(total);
    auto& family = AddFamily(families, "wait_seconds", "Waits.", prometheus::MetricType::Histogram);
    AddDurations(family, total, {{"kind", "a\"b\nc\\"}});
  });
  const std::string text = registry.Render();
  EXPECT_THAT(text, HasSubstr("# HELP things_total Things.\n# TYPE things_total counter\nthings_total 3\n"));
  EXPECT_THAT(text, HasSubstr("# TYPE wait_seconds histogram\n"));
  EXPECT_THAT(text, HasSubstr(R"(wait_seconds_bucket{kind="a\"b\nc\\",le="2.5e-05"} 0)"));
  EXPECT_THAT(text, HasSubstr(R"(wait_seconds_bucket{kind="a\"b\nc\\",le="+Inf"} 1)"));
  EXPECT_THAT(text, HasSubstr(R"(wait_seconds_count{kind="a\"b\nc\\"} 1)"));
}

TEST(ProcessMetrics, SayWhatTheSystemSays) {
  Families families;
  CollectProcess(families);
  const auto value = [&](std::string_view name) {
    for (const auto& family : families) {
      if (family.name == name) return family.metric.at(0).gauge.value;
    }
    return -1.0;
  };
  EXPECT_GT(value("process_resident_memory_bytes"), 1e6);
  EXPECT_LT(value("process_resident_memory_bytes"), value("process_virtual_memory_bytes"));
  EXPECT_GE(value("process_open_fds"), 3);
  EXPECT_GT(value("process_max_fds"), value("process_open_fds"));
  EXPECT_GT(value("process_start_time_seconds"), 1.7e9);
  EXPECT_EQ(value("demo_build_info"), 1);
}

TEST(PerThread, GivesEachThreadItsOwnAndKeepsIt) {
  PerThread<LocalCounter> counters([] { return std::make_unique<LocalCounter>(); });
  PerThread<LocalCounter> others([] { return std::make_unique<LocalCounter>(); });
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 10'000; ++i) counters.Local().Add(1);
        others.Local().Add(7);
        counters.Local().Add(1);
      });
    }
    for (int i = 0; i < 100; ++i) {
      std::uint64_t seen = 0;
      for (const LocalCounter* counter : counters.All()) seen += counter->Value();
      EXPECT_LE(seen, 40'004U);
    }
  }
  ASSERT_EQ(counters.All().size(), 4U);
  for (const LocalCounter* counter : counters.All()) EXPECT_EQ(counter->Value(), 10'001U);
  for (const LocalCounter* counter : others.All()) EXPECT_EQ(counter->Value(), 7U);
}

}  // namespace
}  // namespace demo::metrics
