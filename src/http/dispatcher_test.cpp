#include "http/dispatcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <boost/json.hpp>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "base/memory_budget.h"
#include "http/event_loop.h"
#include "http/test_dispatcher.h"

namespace demo::http {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

TEST_F(DispatcherTest, AnswersTheSecondTimeFromMemory) {
  Start();
  const Answer first = Ask("GET", "/users");
  EXPECT_EQ(first.body, "0");
  EXPECT_THAT(first.head, HasSubstr("X-Cache: MISS"));
  EXPECT_THAT(first.head, HasSubstr("fwd=miss; stored"));
  const Answer second = Ask("GET", "/users");
  EXPECT_EQ(second.body, "0");
  EXPECT_THAT(second.head, HasSubstr("X-Cache: HIT"));
  const Answer head = Ask("HEAD", "/users");
  EXPECT_THAT(head.head, HasSubstr("X-Cache: HIT"));
  EXPECT_THAT(head.head, HasSubstr("Content-Length: 1\r\n"));
  EXPECT_EQ(world_.reads, 1);
}

TEST_F(DispatcherTest, RefusesWhatNoRouteTakes) {
  Start();
  EXPECT_EQ(Ask("GET", "/nothing").status, 404);
  EXPECT_EQ(Ask("GET", "/users/%zz").status, 400);
  const Answer method = Ask("DELETE", "/users");
  EXPECT_EQ(method.status, 405);
  EXPECT_THAT(method.head, HasSubstr("Allow: GET, HEAD, POST\r\n"));
  EXPECT_EQ(Ask("OPTIONS", "/users").status, 405);
}

TEST_F(DispatcherTest, RefusesParametersThatTheRouteDoesNotName) {
  Start();
  EXPECT_EQ(Ask("GET", "/users?limit=5").status, 200);
  const Answer unknown = Ask("GET", "/users?limit=5&colour=blue");
  EXPECT_EQ(unknown.status, 422);
  EXPECT_THAT(unknown.body, HasSubstr(R"("field":"colour")"));
  EXPECT_EQ(Ask("POST", "/users?limit=5").status, 422);
  EXPECT_EQ(value_, 0);
}

TEST_F(DispatcherTest, RefusesAnotherOriginsWritesOnly) {
  Start();
  EXPECT_EQ(Ask("POST", "/users", "Origin: http://evil.example\r\n").status, 403);
  EXPECT_EQ(Ask("POST", "/users", "Sec-Fetch-Site: cross-site\r\n").status, 403);
  EXPECT_EQ(value_, 0);
  EXPECT_EQ(Ask("POST", "/users", "Origin: http://demo.local\r\n").status, 200);
  EXPECT_EQ(Ask("GET", "/users", "Origin: http://evil.example\r\n").status, 200);
}

TEST_F(DispatcherTest, AsksForTheAdminToken) {
  Start({.admin_token = "s3cret"});
  const Answer without = Ask("POST", "/clear");
  EXPECT_EQ(without.status, 401);
  EXPECT_THAT(without.head, HasSubstr("WWW-Authenticate: Bearer"));
  EXPECT_THAT(without.body, HasSubstr("ADMIN_TOKEN"));
  EXPECT_THAT(without.body, Not(HasSubstr("s3cret")));
  EXPECT_EQ(Ask("POST", "/clear", "Authorization: Bearer wrong\r\n").status, 401);
  EXPECT_EQ(value_, 0);
  EXPECT_EQ(Ask("POST", "/clear", "Authorization: Bearer s3cret\r\n").status, 200);
  EXPECT_EQ(Ask("POST", "/users").status, 200);
}

TEST_F(DispatcherTest, AReadAfterAnAcknowledgedWriteSeesIt) {
  Start();
  for (int i = 1; i <= 50; ++i) {
    EXPECT_EQ(Ask("POST", "/users").status, 200);
    EXPECT_EQ(Get("/users"), std::to_string(i));
  }
}

TEST_F(DispatcherTest, AWriteThatMayHaveHappenedHidesTheOldAnswer) {
  Start();
  Get("/users");
  const auto fail_with = [&](ErrorCode code) {
    world_.write = [code](const Request&) { return Result<Response>(Fail(code, "Failed.")); };
    return Ask("POST", "/users").status;
  };
  EXPECT_EQ(fail_with(ErrorCode::kNotFound), 404);
  EXPECT_EQ(fail_with(ErrorCode::kInvalid), 422);
  EXPECT_EQ(fail_with(ErrorCode::kConflict), 409);
  Get("/users");
  EXPECT_EQ(world_.reads, 1) << "nothing had changed";
  int reads = 1;
  for (const ErrorCode code : {ErrorCode::kUnavailable, ErrorCode::kTimeout, ErrorCode::kInternal}) {
    EXPECT_GE(fail_with(code), 500);
    Get("/users");
    EXPECT_EQ(world_.reads, ++reads) << "nobody knows";
  }
  world_.write = [](const Request&) -> Result<Response> { throw std::runtime_error("half-way"); };
  EXPECT_EQ(Ask("POST", "/users").status, 500);
  Get("/users");
  EXPECT_EQ(world_.reads, ++reads);
  EXPECT_EQ(watcher_.Fault(), "half-way");
}

TEST_F(DispatcherTest, AUsersChangeHidesThatUserOnly) {
  Start();
  const auto read_all = [&] {
    Get("/users/user_1");
    Get("/users/user_2");
    return world_.reads.load();
  };
  EXPECT_EQ(read_all(), 2);
  world_.write = [](const Request&) -> Result<Response> {
    Response response = Text("ordered");
    response.changed_user = "user_1";
    return response;
  };
  Ask("POST", "/orders");
  EXPECT_EQ(read_all(), 3);
  world_.write = [](const Request&) { return Result<Response>(Fail(ErrorCode::kUnavailable, "Whose order it was?")); };
  Ask("POST", "/orders");
  EXPECT_EQ(read_all(), 5) << "nobody knows whose";
  world_.write = [](const Request&) -> Result<Response> {
    Response response = Text("perhaps");
    response.status = 503;
    response.changed_user = "user_1";
    return response;
  };
  Ask("POST", "/orders");
  EXPECT_EQ(read_all(), 6) << "nobody knows whether";
}

TEST_F(DispatcherTest, ManyMissesAreOneRead) {
  constexpr int kClients = 200;
  Gate gate;
  world_.users = [&](const Request&) {
    gate.Pass();
    return Text("shared");
  };
  Start({.workers = 4, .queue = 4});
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < kClients; ++i) clients.push_back(std::make_unique<Client>(server_->port()));
  for (const auto& client : clients) client->Send("GET", "/users");
  gate.AwaitOne();
  std::this_thread::sleep_for(200ms);  // lets the requests arrive; those that come later are hits
  gate.Open();
  int coalesced = 0;
  for (const auto& client : clients) {
    const Answer answer = client->Receive();
    EXPECT_EQ(answer.body, "shared");
    if (answer.head.find("collapsed") != std::string::npos) ++coalesced;
  }
  EXPECT_EQ(world_.reads, 1);
  EXPECT_GT(coalesced, 0);
  const CacheStats stats = cache_.Stats(SteadyClock::now());
  EXPECT_EQ(stats.misses, 1);
  EXPECT_EQ(stats.coalesced, coalesced);
  EXPECT_EQ(stats.hits, kClients - 1 - coalesced);
}

TEST_F(DispatcherTest, FewWaitForTheAnswersOfOthersWhereMemoryIsTight) {
  constexpr int kClients = 300;
  constexpr int kWait = 256;
  static MemoryBudget memory(1024 * 1024);  // outlives what is cached
  memory.TakeAnyway(memory.limit() * 7 / 8);
  Gate gate;
  world_.users = [&](const Request&) {
    gate.Pass();
    return Text("shared");
  };
  Start({.workers = 1, .queue = 1, .memory = &memory});
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < kClients; ++i) clients.push_back(std::make_unique<Client>(server_->port()));
  for (const auto& client : clients) client->Send("GET", "/users");
  constexpr std::uint16_t kUsersRoute = 0;
  for (int i = 0; i < 10'000 && watcher_.Finished(kUsersRoute, 503) < kClients - kWait; ++i) {
    std::this_thread::sleep_for(1ms);
  }
  gate.Open();
  int answered = 0;
  for (const auto& client : clients) answered += client->Receive().status == 200 ? 1 : 0;
  EXPECT_EQ(answered, kWait);
}

TEST_F(DispatcherTest, NobodyWaitsForAReadThatBeganBeforeAnAcknowledgedWrite) {
  Gate gate;
  std::atomic<bool> slow{true};
  world_.users = [&](const Request&) {
    const std::string seen = std::to_string(value_.load());
    if (slow.exchange(false)) gate.Pass();
    return Text(seen);
  };
  Start();
  Client early(server_->port());
  early.Send("GET", "/users");
  gate.AwaitOne();
  EXPECT_EQ(Ask("POST", "/users").status, 200);
  EXPECT_EQ(Get("/users"), "1");
  gate.Open();
  EXPECT_EQ(early.Receive().body, "0");
  EXPECT_EQ(Get("/users"), "1") << "the slow reader stored nothing";
}

TEST_F(DispatcherTest, AFaultOfTheLeaderIsEverybodysAndStaysInside) {
  Gate gate;
  world_.users = [&](const Request&) -> Result<Response> {
    gate.Pass();
    throw std::runtime_error("the secret cause");
  };
  Start();
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 10; ++i) clients.push_back(std::make_unique<Client>(server_->port()));
  for (const auto& client : clients) client->Send("GET", "/users");
  gate.AwaitOne();
  gate.Open(10);
  for (const auto& client : clients) {
    const Answer answer = client->Receive();
    EXPECT_EQ(answer.status, 500);
    EXPECT_THAT(answer.body, Not(HasSubstr("secret")));
  }
  EXPECT_EQ(watcher_.Fault(), "the secret cause");
}

TEST_F(DispatcherTest, WhatIsNotFoundIsNotStored) {
  world_.users = [](const Request&) { return Result<Response>(Fail(ErrorCode::kNotFound, "Not yet.")); };
  Start();
  const Answer answer = Ask("GET", "/users");
  EXPECT_EQ(answer.status, 404);
  EXPECT_THAT(answer.head, Not(HasSubstr("stored")));
  world_.users = [](const Request&) { return Text("now"); };
  EXPECT_EQ(Get("/users"), "now");
}

TEST_F(DispatcherTest, AnOldAnswerStandsInForAStoreThatCannotAnswer) {
  Start();
  EXPECT_EQ(Get("/short"), "0");
  value_ = 7;
  world_.users = [](const Request&) { return Result<Response>(Fail(ErrorCode::kUnavailable, "The store is gone.")); };
  const Answer stale = Ask("GET", "/short");
  EXPECT_EQ(stale.status, 200);
  EXPECT_EQ(stale.body, "0");
  EXPECT_THAT(stale.head, HasSubstr("Cache-Status: demo-app; hit; ttl="));
  Ask("POST", "/users");
  EXPECT_EQ(Ask("GET", "/short").status, 503) << "a write has made it wrong";
}

/// One request at work and one that waits: there is room for no more.
class FullDispatcherTest : public DispatcherTest {
 protected:
  void Fill() {
    world_.users = [&](const Request&) {
      gate_.Pass();
      return Text("late");
    };
    running_.emplace(server_->port()).Send("GET", "/fresh");
    gate_.AwaitOne();
    queued_.emplace(server_->port()).Send("GET", "/fresh");
    while (dispatcher_->busy() < dispatcher_->capacity()) std::this_thread::yield();
  }
  void Empty() {
    gate_.Open(2);
    EXPECT_EQ(running_->Receive().body, "late");
    EXPECT_EQ(queued_->Receive().body, "late");
  }

  Gate gate_;
  std::optional<Client> running_;
  std::optional<Client> queued_;
};

TEST_F(FullDispatcherTest, RefusesAtOnceWhatItHasNoRoomFor) {
  Start({.workers = 1, .queue = 1});
  EXPECT_EQ(Get("/users"), "0");
  Fill();
  for (const std::string target : {"/fresh", "/users/user_1"}) {
    const Answer refused = Ask("GET", target);
    EXPECT_EQ(refused.status, 503) << target;
    EXPECT_THAT(refused.head, HasSubstr("Retry-After: 1\r\n"));
    EXPECT_THAT(refused.head, HasSubstr("Content-Type: application/problem+json\r\n"));
    EXPECT_EQ(boost::json::parse(refused.body).at("instance").as_string(), target.c_str());
  }
  EXPECT_EQ(Ask("POST", "/users").status, 503);
  EXPECT_EQ(value_, 0);
  EXPECT_EQ(Get("/livez"), "alive") << "with every worker stuck";
  EXPECT_EQ(Get("/apart"), "alive");
  EXPECT_EQ(Get("/users"), "0") << "from memory";
  Empty();
}

TEST_F(FullDispatcherTest, ALoopThatRefusesLeavesTheProcessorToWorkers) {
  Start({.workers = 1, .queue = 1});
  Fill();
  Client refused(server_->port());
  const SteadyTime begun = SteadyClock::now();
  for (int i = 0; i < 21; ++i) EXPECT_EQ(refused.Ask("GET", "/fresh").status, 503);
  EXPECT_GE(SteadyClock::now() - begun, 20 * EventLoop::kPause);
  Empty();
}

TEST_F(DispatcherTest, WhatWaitedTooLongIsNotBegun) {
  Start({.max_wait = std::chrono::milliseconds(-1)});
  EXPECT_EQ(Ask("GET", "/fresh").status, 503);
  EXPECT_EQ(Ask("GET", "/users").status, 503);
  EXPECT_EQ(Ask("POST", "/users").status, 503);
  EXPECT_EQ(world_.reads, 0);
  EXPECT_EQ(value_, 0);
}

TEST_F(DispatcherTest, EachReaderGetsThePageInHisLanguage) {
  world_.users = [](const Request& request) {
    Response page = Text(std::string(request.accept_language));
    page.content_type = "text/html";
    return page;
  };
  Start();
  EXPECT_EQ(Ask("GET", "/page", "Accept-Language: fr\r\n").body, "fr");
  EXPECT_EQ(Ask("GET", "/page", "Accept-Language: en\r\n").body, "en");
  const Answer again = Ask("GET", "/page", "Accept-Language: fr\r\n");
  EXPECT_EQ(again.body, "fr");
  EXPECT_THAT(again.head, HasSubstr("X-Cache: HIT"));
  EXPECT_THAT(again.head, HasSubstr("Vary: Accept-Language, Cookie"));
}

TEST_F(DispatcherTest, AHeaderThatBreaksTheFramingIsAFault) {
  Start();
  EXPECT_EQ(Ask("GET", "/broken").status, 500);
  EXPECT_EQ(watcher_.Fault(), "a header that would break the framing");
}

TEST_F(DispatcherTest, TellsTheObserverWhichRouteAnswered) {
  Start();
  Get("/livez");
  Get("/users");
  Get("/users");
  Get("/nothing");
  Stop();
  EXPECT_EQ(watcher_.Finished(5, 200), 1);
  EXPECT_EQ(watcher_.Finished(0, 200), 2);
  EXPECT_EQ(watcher_.Finished(kNoRoute, 404), 1);
}

TEST_F(DispatcherTest, TheServerGoesAfterTheHandlersWhoseAnswersItSends) {
  Gate gate;
  std::atomic<bool> ended = false;
  world_.write = [&](const Request&) -> Result<Response> {
    gate.Pass();
    ended = true;
    return Text("written");
  };
  Start();
  Client client(server_->port());
  client.Send("POST", "/users");
  gate.AwaitOne();
  std::atomic<bool> gone = false;
  std::jthread opens([&] {
    const SteadyTime end = SteadyClock::now() + std::chrono::milliseconds(300);
    while (!gone && SteadyClock::now() < end) std::this_thread::yield();
    gate.Open();
  });
  server_.reset();  // as an exception does it, which nothing has been told to stop for
  EXPECT_TRUE(ended);
  gone = true;
}

TEST(Dispatcher, RefusesAPolicyThatAHitCouldNotKeep) {
  ResponseCache cache;
  World world;
  const auto make = [&](Route route) {
    const std::vector<Route> routes = {std::move(route)};
    Dispatcher(routes, cache, reinterpret_cast<Services&>(world), {.workers = 1}, nullptr);
  };
  EXPECT_THROW(make({Method::kGet, "/x", Live, Cached{1s, {}}, true}), std::invalid_argument);
  EXPECT_THROW(make({Method::kPost, "/x", Live, Cached{1s, {}}}), std::invalid_argument);
  EXPECT_THROW(make({Method::kGet, "/x", Live, Cached{1s, {Tag::kUsers, Tag::kUsers}}}), std::invalid_argument);
}

}  // namespace
}  // namespace demo::http
