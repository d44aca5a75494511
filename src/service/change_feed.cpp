#include "service/change_feed.h"

#include <pthread.h>

#include <condition_variable>
#include <mutex>
#include <utility>

#include "base/faults.h"
#include "base/json.h"
#include "service/server_event.h"

namespace demo {
namespace {

/// What of `now` differs from `before`.
Drawn Difference(const Drawn& before, const Drawn& now) {
  Drawn changed;
  for (const auto& [name, part] : now) {
    const auto old = before.find(name);
    if (old == before.end() || old->second != part) changed.emplace(name, part);
  }
  return changed;
}

std::string ToJson(const Drawn& parts) {
  JsonWriter json;
  json.BeginObject();
  for (const auto& [name, part] : parts) json.Key(name).String(part);
  json.EndObject();
  return std::move(json).Take();
}

}  // namespace

ChangeFeed::ChangeFeed(Hooks hooks, Options options)
    : hooks_(std::move(hooks)), options_(options), thread_([this](const std::stop_token& stop) { Run(stop); }) {}

void ChangeFeed::Run(const std::stop_token& stop) {
  pthread_setname_np(pthread_self(), "drawn");
  std::mutex mutex;
  std::condition_variable_any tick;
  std::unique_lock lock(mutex);
  while (!tick.wait_for(lock, stop, options_.interval, [] { return false; }) && !stop.stop_requested()) {
    Survive("drawn", [this] { Tick(); });
  }
}

void ChangeFeed::Tick() {
  const int watchers = hooks_.watchers();
  const bool others = std::exchange(watchers_, watchers) != watchers;
  if (watchers == 0) return;
  if (others || ++ticks_ % options_.whole_every == 0) last_.clear();
  Drawn now = hooks_.draw();
  const Drawn changed = Difference(last_, now);
  last_ = std::move(now);
  if (!changed.empty()) hooks_.publish(ServerEvent("drawn", ToJson(changed)));
}

}  // namespace demo
