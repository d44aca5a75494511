#pragma once

#include <atomic>
#include <charconv>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>

#include "base/shared_register.h"
#include "cache/redis/redis_tier.h"
#include "cache/response_cache.h"

// What a service does with its cache, around a store of one number that several of them share.
namespace demo::redis {

/// A register in memory, which can be made to fail.
class TestRegister : public SharedRegister {
 public:
  Result<Value> Read() override {
    if (throwing) {
      ++thrown;
      throw std::runtime_error("broken");
    }
    if (failing) return Fail(ErrorCode::kUnavailable, "The store is away.");
    const std::lock_guard lock(mutex_);
    return value_;
  }
  Result<Value> Write(const std::string& text) override {
    if (failing) return Fail(ErrorCode::kUnavailable, "The store is away.");
    const std::lock_guard lock(mutex_);
    ++writes;
    if (std::this_thread::get_id() == watched_thread) ++writes_of_watched;
    value_ = {value_.version + 1, text};
    return value_;
  }
  Result<Value> WriteIf(std::int64_t version, const std::string& text) override {
    if (failing) return Fail(ErrorCode::kUnavailable, "The store is away.");
    const std::lock_guard lock(mutex_);
    if (version == value_.version) value_ = {version + 1, text};
    return value_;
  }
  void Lose() {
    const std::lock_guard lock(mutex_);
    value_ = {};
  }
  std::atomic<bool> failing{false};
  std::atomic<bool> throwing{false};
  std::atomic<int> thrown{0};
  std::atomic<int> writes{0};
  const std::thread::id watched_thread = std::this_thread::get_id();  ///< Whoever made this: the test.
  std::atomic<int> writes_of_watched{0};

 private:
  std::mutex mutex_;
  Value value_;
};

struct TestStore {
  std::atomic<std::int64_t> value{0};
  std::atomic<int> reads{0};
  TestRegister shared_register;
};

class TestPod {
 public:
  TestPod(TestStore& store, const RedisOptions& options)
      : store_(store), tier_(std::make_unique<RedisTier>(options, cache_, &store.shared_register)) {
    slots_.Add(Generations::SlotOf(Tag::kAll));
    slots_.Add(Generations::SlotOf(Tag::kUsers));
    slots_.Add(Generations::SlotOfUser("user_1"));
  }

  /// As the dispatcher does it on a worker.
  std::int64_t Read(std::string_view target = "/n") {
    const SteadyTime now = SteadyClock::now();
    if (const auto found = cache_.Find({target}, now)) return ValueOf(*found->response);
    ResponseCache::Reading reading{cache_.generations().Read(slots_), {}};
    if (const auto found = cache_.FindShared({target}, reading, std::chrono::seconds(30), now)) {
      return ValueOf(*found->response);
    }
    ++store_.reads;
    const std::int64_t value = store_.value.load();
    std::this_thread::yield();  // where a slow reader is overtaken by a write
    auto response = std::make_shared<StoredResponse>();
    response->body = std::to_string(value);
    cache_.Store({target}, std::move(response), reading, std::chrono::seconds(30), SteadyClock::now());
    return value;
  }
  void Write(std::int64_t value) {
    store_.value.store(value);
    Raise(Tag::kUsers);
  }
  void Raise(Tag tag) { cache_.RaiseTag(tag); }

  bool AwaitUse() { return tier_->AwaitUse(std::chrono::seconds(10)); }
  ResponseCache& cache() { return cache_; }
  RedisTier& tier() { return *tier_; }

 private:
  static std::int64_t ValueOf(const StoredResponse& response) {
    std::int64_t value = -1;
    std::from_chars(response.body.data(), response.body.data() + response.body.size(), value);
    return value;
  }

  TestStore& store_;
  ResponseCache cache_;
  Generations::Slots slots_;
  std::unique_ptr<RedisTier> tier_;
};

}  // namespace demo::redis
