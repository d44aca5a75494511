#include <gmock/gmock.h>

#include <atomic>
#include <string>
#include <thread>

#include "http/kept_request.h"
#include "http/test_dispatcher.h"

namespace demo::http {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

// Answers of /short are past their lifetime as soon as they are stored.
class DispatcherPatienceTest : public DispatcherTest {
 protected:
  static constexpr auto kPatience = 20ms;

  void StartAndFill() {
    Start({.patience = kPatience});
    EXPECT_EQ(Get("/short"), "0");
    world_.users = [this](const Request& request) -> Result<Response> {
      if (is_gone_) return Fail(ErrorCode::kUnavailable, "The store is gone.");
      store_.Pass();
      return Text("late for " + std::string(request.target));
    };
  }
  void AwaitIdle() const {
    while (dispatcher_->busy() != 0) std::this_thread::yield();
  }

  Gate store_;
  std::atomic<bool> is_gone_{false};
};

TEST_F(DispatcherPatienceTest, NobodyWaitsLongForAStoreWhenMemoryHasTheAnswer) {
  StartAndFill();
  Client leader(server_->port());
  Client joins(server_->port());
  leader.Send("GET", "/short");
  store_.AwaitOne();
  joins.Send("GET", "/short");
  for (Client* client : {&leader, &joins}) {
    const Answer answer = client->Receive();
    EXPECT_EQ(answer.body, "0");
    EXPECT_THAT(answer.head, HasSubstr("Cache-Status: demo-app; hit; ttl="));
  }
  EXPECT_EQ(Get("/short"), "0");
  EXPECT_EQ(world_.reads, 2) << "one for all";
  store_.Open();
}

TEST_F(DispatcherPatienceTest, TheReadOutlivesTheRequestThatBeganIt) {
  StartAndFill();
  {
    Client leader(server_->port());
    EXPECT_EQ(leader.Ask("GET", "/short").body, "0");
    EXPECT_EQ(leader.Ask("GET", "/livez").body, "alive") << "in the same buffer";
  }
  store_.Open();
  AwaitIdle();
  is_gone_ = true;
  EXPECT_EQ(Get("/short"), "late for /short");
}

TEST_F(DispatcherPatienceTest, WhatAWriteMadeWrongStandsInForNothing) {
  StartAndFill();
  Ask("POST", "/users");
  Client waits(server_->port());
  waits.Send("GET", "/short");
  store_.AwaitOne();
  std::this_thread::sleep_for(3 * kPatience);
  store_.Open();
  EXPECT_EQ(waits.Receive().body, "late for /short");
}

TEST_F(DispatcherPatienceTest, AWriteMeanwhileIsSeenByThoseWhoComeAfterIt) {
  StartAndFill();
  Client early(server_->port());
  early.Send("GET", "/short");
  store_.AwaitOne();
  Ask("POST", "/users");
  Client late(server_->port());
  late.Send("GET", "/short");
  store_.AwaitOne(2);
  std::this_thread::sleep_for(3 * kPatience);
  store_.Open(2);
  EXPECT_EQ(late.Receive().body, "late for /short");
}

TEST_F(DispatcherPatienceTest, WhoWaitsAtTheEndIsAnswered) {
  StartAndFill();
  Ask("POST", "/users");
  Client waits(server_->port());
  waits.Send("GET", "/short");
  store_.AwaitOne();
  std::jthread opens([this] {
    std::this_thread::sleep_for(2 * kPatience);
    store_.Open();
  });
  Stop();
}

TEST(KeptRequest, HasItsOwnBytes) {
  std::string bytes = "/users?limit=5fr";
  Request request;
  const std::string_view all = bytes;
  request.target = all.substr(0, 14);
  request.path = all.substr(0, 6);
  request.query = all.substr(7, 7);
  request.accept_language = all.substr(14);
  request.params[0] = "decoded";
  request.body = all;
  const KeptRequest kept(request);
  bytes.assign(bytes.size(), 'x');
  EXPECT_EQ(kept.request().target, "/users?limit=5");
  EXPECT_EQ(kept.request().path, "/users");
  EXPECT_EQ(kept.request().query, "limit=5");
  EXPECT_EQ(kept.request().accept_language, "fr");
  EXPECT_EQ(kept.request().params[0], "decoded");
  EXPECT_EQ(kept.request().body, "");
}

}  // namespace
}  // namespace demo::http
