#include "base/metrics.h"

#include <prometheus/text_serializer.h>

#include <cmath>
#include <limits>
#include <numeric>
#include <sstream>
#include <utility>

namespace demo::metrics {

std::int64_t Quantile(const FineCounts& counts, double quantile) {
  const auto total = std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
  if (total == 0) return 0;
  const auto wanted = static_cast<std::uint64_t>(std::ceil(quantile * static_cast<double>(total)));
  std::uint64_t seen = 0;
  std::size_t bucket = 0;
  while (bucket + 1 < kFineBuckets && (seen += counts[bucket]) < wanted) ++bucket;
  // The bucket's upper end: a percentile is never told better than it was.
  const std::size_t next = bucket + 1;
  return static_cast<std::int64_t>(8 + next % 8) << (next / 8 + 7);
}

prometheus::MetricFamily& AddFamily(Families& families, std::string_view name, std::string_view help,
                                    prometheus::MetricType type) {
  auto& family = families.emplace_back();
  family.name = name;
  family.help = help;
  family.type = type;
  return family;
}

void AddValue(prometheus::MetricFamily& family, double value, Labels labels) {
  auto& metric = family.metric.emplace_back();
  metric.label = std::move(labels);
  metric.gauge.value = value;
  metric.counter.value = value;
}

void AddDurations(prometheus::MetricFamily& family, const DurationTotal& total, Labels labels) {
  auto& metric = family.metric.emplace_back();
  metric.label = std::move(labels);
  std::uint64_t cumulative = 0;
  for (std::size_t i = 0; i < kDurationBounds.size(); ++i) {
    cumulative += total.buckets[i];
    metric.histogram.bucket.push_back({cumulative, static_cast<double>(kDurationBounds[i]) / 1e9});
  }
  cumulative += total.buckets.back();
  metric.histogram.bucket.push_back({cumulative, std::numeric_limits<double>::infinity()});
  metric.histogram.sample_count = cumulative;
  metric.histogram.sample_sum = static_cast<double>(total.nanoseconds) / 1e9;
}

void AddGauge(Families& families, std::string_view name, std::string_view help, double value) {
  AddValue(AddFamily(families, name, help, prometheus::MetricType::Gauge), value);
}

void AddCounter(Families& families, std::string_view name, std::string_view help, double value) {
  AddValue(AddFamily(families, name, help, prometheus::MetricType::Counter), value);
}

void Registry::Add(Source source) {
  const std::lock_guard lock(mutex_);
  sources_.push_back(std::move(source));
}

std::string Registry::Render() const {
  Families families;
  {
    const std::lock_guard lock(mutex_);
    for (const Source& source : sources_) source(families);
  }
  std::ostringstream text;
  prometheus::TextSerializer().Serialize(text, families);
  return std::move(text).str();
}

}  // namespace demo::metrics
