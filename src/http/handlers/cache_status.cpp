#include "base/clock.h"
#include "cache/response_cache.h"
#include "http/answers.h"
#include "http/handlers/handlers.h"

namespace demo::http {
namespace {

std::string_view Name(SharedTierStatus::Breaker breaker) {
  constexpr std::string_view kNames[] = {"closed", "open", "half-open"};
  return kNames[static_cast<std::size_t>(breaker)];
}

std::int64_t Number(std::uint64_t count) { return static_cast<std::int64_t>(count); }

void WriteTopology(JsonWriter& json, const SharedTierStatus& status) {
  json.Key("primary").String(status.primary).Key("version").String(status.version);
  json.Key("seen").String(status.seen == 0 ? "" : FormatUtc(status.seen)).Key("failovers").Number(status.failovers);
  json.Key("replicas").BeginArray();
  for (const auto& replica : status.replicas) {
    json.BeginObject().Key("address").String(replica.address).Key("online").Bool(replica.online);
    json.Key("lag_seconds").Number(replica.lag_seconds).EndObject();
  }
  json.EndArray().Key("sentinels").BeginArray();
  for (const auto& sentinel : status.sentinels) {
    json.BeginObject().Key("address").String(sentinel.address).Key("answers").Bool(sentinel.answers).EndObject();
  }
  json.EndArray();
}

void WriteShared(JsonWriter& json, const SharedTier& shared) {
  const SharedTierStatus status = shared.Status();
  const SharedTierCounts counts = shared.Counts();
  json.Key("redis").BeginObject().Key("breaker").String(Name(status.breaker));
  json.Key("since").String(FormatUtc(status.since)).Key("reason").String(status.reason);
  json.Key("trusted").Bool(status.trusted);
  WriteTopology(json, status);
  json.Key("hits").Number(Number(counts.hits)).Key("misses").Number(Number(counts.misses));
  json.Key("errors").Number(Number(counts.errors)).Key("skipped").Number(Number(counts.skipped));
  json.Key("stored").Number(Number(counts.stored)).Key("oversized").Number(Number(counts.oversized));
  json.Key("unraised").Number(Number(counts.unraised)).EndObject();
}

bool IsAvailable(const SharedTier* shared) {
  return shared != nullptr && shared->Status().breaker == SharedTierStatus::Breaker::kClosed;
}

}  // namespace

Result<Response> ShowCacheStatus(const Request&, Services& services) {
  const SteadyTime now = SteadyClock::now();
  const CacheStats stats = services.cache.Stats(now);
  const SharedTier* const shared = services.cache.shared();
  JsonWriter json;
  json.BeginObject().Key("redis_available").Bool(IsAvailable(shared)).Key("cache_entries").Number(stats.entries);
  json.Key("cache_ttl").Number(services.cache.RemainingTtl({"/hosts"}, now));
  json.Key("tier").String(shared == nullptr ? "memory" : "memory, redis");
  json.Key("hits").Number(stats.hits).Key("misses").Number(stats.misses).Key("stale").Number(stats.stale);
  json.Key("coalesced").Number(stats.coalesced).Key("evictions").Number(stats.evictions);
  json.Key("bytes").Number(stats.bytes);
  if (shared != nullptr) WriteShared(json, *shared);
  json.EndObject();
  return Json(std::move(json));
}

}  // namespace demo::http
