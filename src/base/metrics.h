#pragma once

#include <prometheus/metric_family.h>

#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <numeric>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace demo::metrics {

/// A count that one thread writes and any thread reads: a plain addition, without the bus lock of fetch_add. Who sees a
/// count sees what its thread counted before; release and acquire cost nothing on x86.
class LocalCounter {
 public:
  void Add(std::uint64_t n) { value_.store(value_.load(std::memory_order_relaxed) + n, std::memory_order_release); }
  std::uint64_t Value() const { return value_.load(std::memory_order_acquire); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

/// A count that any thread writes.
class SharedCounter {
 public:
  void Add(std::uint64_t n) { value_.fetch_add(n, std::memory_order_relaxed); }
  std::uint64_t Value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

/// Upper bounds of the duration buckets, in nanoseconds: those that OpenTelemetry advises for
/// http.server.request.duration (5 ms to 10 s), and below them some more, since an answer from memory takes 20 µs.
inline constexpr std::array<std::int64_t, 20> kDurationBounds = {
    25'000,      100'000,       250'000,       500'000,       1'000'000,     2'500'000,     5'000'000,
    10'000'000,  25'000'000,    50'000'000,    75'000'000,    100'000'000,   250'000'000,   500'000'000,
    750'000'000, 1'000'000'000, 2'500'000'000, 5'000'000'000, 7'500'000'000, 10'000'000'000};

/// What a DurationHistogram counted: one number a bucket, the last for what is longer than all bounds.
struct DurationTotal {
  std::array<std::uint64_t, kDurationBounds.size() + 1> buckets{};
  std::uint64_t nanoseconds = 0;

  std::uint64_t Count() const { return std::accumulate(buckets.begin(), buckets.end(), std::uint64_t{0}); }
};

/// Durations by kDurationBounds. `CounterType` says who may write; any thread may read.
template <typename CounterType>
class DurationHistogram {
 public:
  void Record(std::int64_t nanoseconds) {
    std::size_t bucket = 0;
    while (bucket < kDurationBounds.size() && nanoseconds > kDurationBounds[bucket]) ++bucket;
    buckets_[bucket].Add(1);
    nanoseconds_.Add(static_cast<std::uint64_t>(nanoseconds > 0 ? nanoseconds : 0));
  }
  void AddTo(DurationTotal& total) const {
    for (std::size_t i = 0; i < buckets_.size(); ++i) total.buckets[i] += buckets_[i].Value();
    total.nanoseconds += nanoseconds_.Value();
  }

 private:
  std::array<CounterType, kDurationBounds.size() + 1> buckets_;
  CounterType nanoseconds_;
};

/// Durations in eight buckets to each power of two: percentiles come out at most an eighth too long.
inline constexpr std::size_t kFineBuckets = 27 * 8;
using FineCounts = std::array<std::uint64_t, kFineBuckets>;

class FineHistogram {
 public:
  void Record(std::int64_t nanoseconds) { buckets_[BucketOf(nanoseconds)].Add(1); }
  void AddTo(FineCounts& counts) const {
    for (std::size_t i = 0; i < kFineBuckets; ++i) counts[i] += buckets_[i].Value();
  }
  /// Below 2^10 ns is the first bucket, from 2^37 ns (137 s) on the last.
  static std::size_t BucketOf(std::int64_t nanoseconds) {
    if (nanoseconds < 1024) return 0;
    const auto value = static_cast<std::uint64_t>(nanoseconds);
    const auto exponent = static_cast<std::size_t>(std::bit_width(value)) - 1;
    if (exponent > 36) return kFineBuckets - 1;
    return (exponent - 10) * 8 + static_cast<std::size_t>(value >> (exponent - 3) & 7U);
  }

 private:
  std::array<LocalCounter, kFineBuckets> buckets_;
};

/// The duration in nanoseconds that `quantile` (0 to 1) of `counts` stay under; 0 where nothing was counted. Pure.
std::int64_t Quantile(const FineCounts& counts, double quantile);

using Families = std::vector<prometheus::MetricFamily>;
using Labels = std::vector<prometheus::ClientMetric::Label>;

/// Appends an empty family; one sample each is added with the functions below. The reference lives until the next call.
prometheus::MetricFamily& AddFamily(Families& families, std::string_view name, std::string_view help,
                                    prometheus::MetricType type);
void AddValue(prometheus::MetricFamily& family, double value, Labels labels = {});
void AddDurations(prometheus::MetricFamily& family, const DurationTotal& total, Labels labels = {});
/// A family of one sample without labels.
void AddGauge(Families& families, std::string_view name, std::string_view help, double value);
void AddCounter(Families& families, std::string_view name, std::string_view help, double value);

/// Everything that /metrics shows. Sources are added while the program starts; Render may be called from any thread.
class Registry {
 public:
  using Source = std::function<void(Families&)>;
  void Add(Source source);
  /// The Prometheus text format, version 0.0.4.
  std::string Render() const;

 private:
  mutable std::mutex mutex_;
  std::vector<Source> sources_;
};

/// The names that Prometheus' own clients give: CPU seconds, resident and virtual memory, file descriptors, start time.
void CollectProcess(Families& families);

}  // namespace demo::metrics
