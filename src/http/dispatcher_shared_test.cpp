#include <gmock/gmock.h>

#include <algorithm>
#include <string>
#include <vector>

#include "http/test_dispatcher.h"

namespace demo::http {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// Has an answer for every key that ends in "kept".
class TestTier final : public SharedTier {
 public:
  std::vector<Answer> Find(std::span<const Wanted> wanted) override {
    if (holds) gate.Pass();
    std::vector<Answer> answers(wanted.size());
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      answers[i].stamp = Stamp{};
      if (!wanted[i].key.ends_with("kept")) continue;
      auto response = std::make_shared<StoredResponse>();
      response->body = "of " + wanted[i].key;
      answers[i].response = std::move(response);
      answers[i].ttl = std::chrono::seconds(10);
    }
    const std::lock_guard lock(mutex_);
    sizes_.push_back(wanted.size());
    return answers;
  }
  void Store(const std::string&, const StoredResponse&, const Generations::Slots&, const Stamp&,
             std::chrono::milliseconds) override {
    ++stored;
  }
  void Raise(std::span<const Generations::Slot>) override {}
  SharedTierStatus Status() const override { return {}; }
  SharedTierCounts Counts() const override { return {}; }

  std::vector<std::size_t> Sizes() const {
    const std::lock_guard lock(mutex_);
    return sizes_;
  }

  std::atomic<bool> holds{false};
  std::atomic<int> stored{0};
  Gate gate;

 private:
  mutable std::mutex mutex_;
  std::vector<std::size_t> sizes_;
};

class DispatcherSharedTest : public DispatcherTest {
 protected:
  void StartShared(const DispatcherOptions& options = {}) {
    cache_.Share(tier_);
    Start(options);
  }
  /// Also until whoever was answered gave his place back.
  void AwaitBusy(std::size_t count) const {
    while (dispatcher_->busy() != count) std::this_thread::yield();
  }

  TestTier tier_;
};

TEST_F(DispatcherSharedTest, AnswersFromTheSharedTierOrElseFromTheStore) {
  StartShared();
  const Answer hit = Ask("GET", "/users/kept");
  EXPECT_EQ(hit.body, "of /users/kept");
  EXPECT_THAT(hit.head, HasSubstr("; hit;"));
  EXPECT_THAT(hit.head, HasSubstr("detail=redis"));
  EXPECT_EQ(world_.reads, 0);
  const Answer miss = Ask("GET", "/users/7");
  EXPECT_EQ(miss.body, "7");
  EXPECT_THAT(miss.head, HasSubstr("fwd=miss; stored"));
  EXPECT_EQ(tier_.stored, 1);
  AwaitBusy(0);
}

TEST_F(DispatcherSharedTest, WhatWaitsTogetherIsAskedForTogether) {
  StartShared();
  tier_.holds = true;
  std::vector<Client> clients;
  for (int i = 0; i < 21; ++i) clients.emplace_back(server_->port());
  clients[0].Send("GET", "/users/0-kept");
  tier_.gate.AwaitOne();
  for (std::size_t i = 1; i < clients.size(); ++i) {
    clients[i].Send("GET", "/users/" + std::to_string(i) + (i % 2 == 0 ? "-kept" : ""));
  }
  AwaitBusy(clients.size());
  tier_.holds = false;
  tier_.gate.Open();
  for (std::size_t i = 0; i < clients.size(); ++i) {
    const std::string id = std::to_string(i);
    EXPECT_EQ(clients[i].Receive().body, i % 2 == 0 ? "of /users/" + id + "-kept" : id);
  }
  EXPECT_THAT(tier_.Sizes(), ElementsAre(1, SharedTier::kMostWanted, 20 - SharedTier::kMostWanted));
  EXPECT_EQ(world_.reads, 10);
  AwaitBusy(0);
}

TEST_F(DispatcherSharedTest, AHitNeedsNoWorker) {
  Gate store;
  world_.users = [&store](const Request&) {
    store.Pass();
    return Text("late");
  };
  StartShared({.workers = 1});
  Client waits(server_->port());
  waits.Send("GET", "/users");
  store.AwaitOne();
  EXPECT_EQ(Get("/users/kept"), "of /users/kept");
  store.Open();
  EXPECT_EQ(waits.Receive().body, "late");
}

}  // namespace
}  // namespace demo::http
