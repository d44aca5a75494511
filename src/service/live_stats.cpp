#include "service/live_stats.h"

#include <fmt/format.h>
#include <pthread.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/faults.h"
#include "base/json.h"
#include "service/server_event.h"

namespace demo {
namespace {

double MillisecondsAt(const metrics::FineCounts& counts, double quantile) {
  return static_cast<double>(metrics::Quantile(counts, quantile)) / 1e6;
}

// Which of the things that pages show have changed; also those that were not known before.
std::string ChangedTags(const LiveCounters& before, const LiveCounters& after) {
  std::string tags;
  for (const auto& [tag, generation] : after.generations) {
    const auto same_tag = [&](const auto& old) { return old.first == tag; };
    const auto old = std::ranges::find_if(before.generations, same_tag);
    if (old != before.generations.end() && old->second == generation) continue;
    if (!tags.empty()) tags += ',';
    AppendJsonString(tags, tag);
  }
  return tags;
}

}  // namespace

LiveSecond Between(const LiveCounters& before, const LiveCounters& after, double seconds) {
  const auto rate = [&](std::uint64_t LiveCounters::* sum) {
    return static_cast<double>(after.*sum - before.*sum) / seconds;
  };
  metrics::FineCounts durations{};
  for (std::size_t i = 0; i < durations.size(); ++i) durations[i] = after.durations[i] - before.durations[i];
  const auto lookups = after.cache_lookups - before.cache_lookups;
  const auto hits = after.cache_hits - before.cache_hits;

  LiveSecond second;
  second.requests_per_second = rate(&LiveCounters::requests);
  second.errors_per_second = rate(&LiveCounters::errors);
  second.rejected_per_second = rate(&LiveCounters::rejected);
  second.store_reads_per_second = rate(&LiveCounters::store_reads);
  second.store_writes_per_second = rate(&LiveCounters::store_writes);
  second.p50_ms = MillisecondsAt(durations, 0.50);
  second.p99_ms = MillisecondsAt(durations, 0.99);
  if (lookups > 0) second.hit_rate = static_cast<double>(hits) / static_cast<double>(lookups);
  second.in_flight = after.in_flight;
  second.queue_depth = after.queue_depth;
  second.connections = after.connections;
  return second;
}

std::string ToJson(const LiveSecond& second) {
  std::string json =
      fmt::format(R"({{"time":{},"requests_per_second":{:.1f},"errors_per_second":{:.1f},"rejected_per_second":{:.1f},)"
                  R"("store_reads_per_second":{:.1f},"store_writes_per_second":{:.1f},)",
                  second.time, second.requests_per_second, second.errors_per_second, second.rejected_per_second,
                  second.store_reads_per_second, second.store_writes_per_second);
  const auto add_known = [&json](std::string_view name, bool known, double value) {
    json += known ? fmt::format(R"("{}":{:.3f},)", name, value) : fmt::format(R"("{}":null,)", name);
  };
  add_known("p50_ms", second.p50_ms > 0, second.p50_ms);
  add_known("p99_ms", second.p99_ms > 0, second.p99_ms);
  add_known("hit_rate", second.hit_rate >= 0, second.hit_rate);
  fmt::format_to(std::back_inserter(json), R"("in_flight":{},"queue_depth":{},"connections":{}}})", second.in_flight,
                 second.queue_depth, second.connections);
  return json;
}

std::jthread LiveStats::Start(Hooks hooks) {
  hooks_ = std::move(hooks);
  last_ = hooks_.read();
  last_time_ = SteadyClock::now();
  return std::jthread([this](const std::stop_token& stop) { Run(stop); });
}

std::vector<LiveSecond> LiveStats::History() const {
  const std::lock_guard lock(mutex_);
  return {history_.begin(), history_.end()};
}

void LiveStats::Run(const std::stop_token& stop) {
  pthread_setname_np(pthread_self(), "live");
  auto next = last_time_ + options_.interval;
  while (!stop.stop_requested()) {
    {
      std::unique_lock lock(mutex_);
      wake_.wait_until(lock, stop, next, [] { return false; });
    }
    if (stop.stop_requested()) return;
    Survive("live", [this] { Tick(); });
    next = std::max(next + options_.interval, SteadyClock::now());
  }
}

void LiveStats::Tick() {
  LiveCounters now = hooks_.read();
  const SteadyTime time = SteadyClock::now();
  LiveSecond second = Between(last_, now, std::chrono::duration<double>(time - last_time_).count());
  second.time = WallClockNow();
  const std::string changed = ChangedTags(last_, now);
  last_ = std::move(now);
  last_time_ = time;
  {
    const std::lock_guard lock(mutex_);
    history_.push_back(second);
    if (history_.size() > options_.history) history_.pop_front();
  }
  if (hooks_.watchers() == 0) return;
  if (!changed.empty()) hooks_.publish(ServerEvent("changed", fmt::format(R"({{"tags":[{}]}})", changed)));
  hooks_.publish(ServerEvent("live", ToJson(second)));
}

}  // namespace demo
