#include <future>
#include <thread>
#include <vector>

#include "http/test_server.h"

namespace demo::http {
namespace {

using std::chrono::milliseconds;
using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

/// Deadlines, bounds, event streams, and the end.
class ServerLimitsTest : public ServerTest {};

TEST_F(ServerLimitsTest, EndsARequestThatArrivesTooSlowly) {
  options_.header_deadline = milliseconds(100);
  Start();
  TestClient head = Connect();
  head.Send("GET / HT");
  EXPECT_THAT(head.ReadToEnd(), AllOf(StartsWith("HTTP/1.1 408 "), HasSubstr("Connection: close")));
  TestClient body = Connect();
  body.Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nfew");
  EXPECT_THAT(body.ReadToEnd(), StartsWith("HTTP/1.1 408 "));
}

TEST_F(ServerLimitsTest, ClosesAnIdleConnectionWithoutAWord) {
  options_.idle_deadline = milliseconds(100);
  Start();
  TestClient fresh = Connect();
  TestClient used = Connect();
  used.Send(Get("/a"));
  used.ReadAnswer();
  EXPECT_TRUE(fresh.IsClosed());
  EXPECT_TRUE(used.IsClosed());
}

TEST_F(ServerLimitsTest, CutsAClientThatDoesNotRead) {
  options_.write_deadline = milliseconds(100);
  Start();
  TestClient client = Connect(4096);
  client.Send(Get("/size?50000000"));
  EXPECT_TRUE(application_.WaitUntilFinished(499, 1));
  EXPECT_TRUE(Eventually([this] { return server_->open_connections() == 0; }));
}

TEST_F(ServerLimitsTest, ClosesWhatHasWaitedLongestWhenThereIsNoRoom) {
  options_.loops = 1;
  options_.max_connections = 3;
  Start();
  TestClient first = Connect();
  TestClient second = Connect();
  TestClient third = Connect();
  for (TestClient* client : {&second, &third, &first}) {
    client->Send(Get("/a"));
    client->ReadAnswer();
  }
  TestClient fourth = Connect();
  fourth.Send(Get("/b"));
  EXPECT_THAT(fourth.ReadAnswer(), EndsWith("GET /b "));
  EXPECT_TRUE(second.IsClosed());
  first.Send(Get("/c"));
  EXPECT_THAT(first.ReadAnswer(), EndsWith("GET /c "));
}

TEST_F(ServerLimitsTest, BoundsTheMemoryOfUnfinishedRequests) {
  options_.loops = 1;
  MemoryBudget memory(64 * 1024);
  options_.memory = &memory;
  Start();
  const std::string part = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n" + std::string(20'000, 'b');
  std::vector<TestClient> slow;
  for (int i = 0; i < 4; ++i) {
    slow.push_back(Connect());
    slow.back().Send(part);
  }
  TestClient honest = Connect();
  honest.Send(Get("/a"));
  EXPECT_THAT(honest.ReadAnswer(), EndsWith("GET /a "));
  EXPECT_TRUE(Eventually([this] { return server_->open_connections() <= 3; }));
  server_.reset();  // before its memory
}

TEST_F(ServerLimitsTest, CutsOffWhoDoesNotReadWhenMemoryIsTight) {
  MemoryBudget memory(1024 * 1024);
  options_.memory = &memory;
  Start();
  std::vector<TestClient> deaf;
  for (int i = 0; i < 20; ++i) {
    deaf.push_back(Connect(4096));
    deaf.back().Send(Get("/size?400000"));
  }
  // Each takes 64 KiB: beyond a dozen there is less than a quarter left, and those that wait longest go.
  EXPECT_TRUE(Eventually([&] {
    deaf.push_back(Connect(4096));
    deaf.back().Send(Get("/size?400000"));
    return application_.finished() >= 5;
  }));
  TestClient honest = Connect();
  honest.Send(Get("/a"));
  EXPECT_THAT(honest.ReadAnswer(), EndsWith("GET /a "));
  deaf.clear();
  EXPECT_TRUE(Eventually([&] { return memory.used() < memory.limit() / 4; }));
  server_.reset();  // before its memory
}

TEST_F(ServerLimitsTest, AnswersPipelinedRequestsWithoutAPauseForLongerThanADeadline) {
  options_.loops = 1;
  options_.idle_deadline = options_.header_deadline = std::chrono::milliseconds(200);
  Start();
  std::string many;
  for (int i = 0; i < 200; ++i) many += Get("/a");
  TestClient busy = Connect();
  const auto end = SteadyClock::now() + std::chrono::milliseconds(1500);
  std::thread reader([&busy] { busy.ReadToEnd(); });
  while (SteadyClock::now() < end) busy.Send(many);
  EXPECT_FALSE(application_.WaitUntilFinished(408, 1, std::chrono::milliseconds(0)));
  server_->Stop(kPatience);
  reader.join();
}

TEST_F(ServerLimitsTest, PublishesToEveryEventStream) {
  Start();
  TestClient first = Connect();
  first.Send(Get("/events"));
  EXPECT_THAT(first.ReadUntil("\r\n\r\n"),
              AllOf(HasSubstr("Transfer-Encoding: chunked"), Not(HasSubstr("Content-Length"))));
  TestClient second = Connect();
  second.Send("GET /events HTTP/1.0\r\n\r\n");
  EXPECT_THAT(second.ReadUntil("\r\n\r\n"), AllOf(HasSubstr("Connection: close"), Not(HasSubstr("chunked"))));
  ASSERT_TRUE(Eventually([this] { return server_->open_event_streams() == 2; }));
  server_->Publish(std::make_shared<std::string>("data: 1\n\n"));
  EXPECT_EQ(first.ReadUntil("\n\n\r\n"), "9\r\ndata: 1\n\n\r\n");
  EXPECT_EQ(second.ReadUntil("\n\n"), "data: 1\n\n");
  second.Close();
  EXPECT_TRUE(Eventually([this] { return server_->open_event_streams() == 1; }));
  server_->Stop(kPatience);
  EXPECT_EQ(first.ReadToEnd(), "0\r\n\r\n");
}

TEST_F(ServerLimitsTest, BoundsEventStreams) {
  options_.max_event_streams = 1;
  Start();
  TestClient first = Connect();
  first.Send(Get("/events"));
  EXPECT_THAT(first.ReadUntil("\r\n\r\n"), StartsWith("HTTP/1.1 200 "));
  TestClient second = Connect();
  second.Send(Get("/events"));
  EXPECT_THAT(second.ReadAnswer(), StartsWith("HTTP/1.1 503 "));
}

TEST_F(ServerLimitsTest, ClosesAnEventStreamThatDoesNotKeepUp) {
  Start();
  TestClient slow = Connect(4096);
  slow.Send(Get("/events"));
  ASSERT_TRUE(Eventually([this] { return server_->open_event_streams() == 1; }));
  const auto event = std::make_shared<std::string>("data: " + std::string(60'000, 'e') + "\n\n");
  EXPECT_TRUE(Eventually([&] {
    server_->Publish(event);
    return server_->open_event_streams() == 0;
  }));
}

TEST_F(ServerLimitsTest, DrainsWithoutLosingARequest) {
  Start();
  TestClient idle = Connect();
  idle.Send(Get("/a"));
  idle.ReadAnswer();
  server_->BeginDrain();
  idle.Send(Get("/b"));
  EXPECT_THAT(idle.ReadToEnd(), AllOf(HasSubstr("Connection: close"), EndsWith("GET /b ")));
  TestClient fresh = Connect();
  fresh.Send(Get("/c"));
  EXPECT_THAT(fresh.ReadToEnd(), EndsWith("GET /c "));
}

TEST_F(ServerLimitsTest, StopsWhenWhatRunsIsFinished) {
  Start();
  TestClient idle = Connect();
  TestClient running = Connect();
  running.Send(Get("/later"));
  std::optional<Ticket> ticket = application_.TakeTicket();
  ASSERT_TRUE(ticket);
  auto cut = std::async(std::launch::async, [this] { return server_->Stop(kPatience); });
  EXPECT_TRUE(idle.IsClosed());
  std::move(*ticket).Send({.response = Text(200, "late")});
  EXPECT_THAT(running.ReadToEnd(), AllOf(HasSubstr("Connection: close"), EndsWith("late")));
  EXPECT_EQ(cut.get(), 0);
  EXPECT_EQ(server_->open_connections(), 0);
}

TEST_F(ServerLimitsTest, CutsWhatDoesNotEnd) {
  Start();
  TestClient never = Connect();
  never.Send(Get("/later"));
  std::optional<Ticket> ticket = application_.TakeTicket();
  ASSERT_TRUE(ticket);
  TestClient half = Connect();
  half.Send("GET / HT");
  ASSERT_TRUE(Eventually([this] { return server_->open_connections() == 2; }));
  EXPECT_EQ(server_->Stop(milliseconds(200)), 2);
  std::move(*ticket).Send({.response = Text(200, "too late")});
  EXPECT_TRUE(never.IsClosed());
}

TEST_F(ServerLimitsTest, NamesAnAddressThatCannotBeHad) {
  Start();
  options_.port = server_->port();
  const auto second = Server::Start(options_, application_);
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().message, AllOf(HasSubstr("127.0.0.1"), HasSubstr("Address already in use")));
  options_.bind = "not an address";
  EXPECT_FALSE(Server::Start(options_, application_));
}

// Many threads answering at once, clients coming and going: for the thread sanitizer above all.
TEST_F(ServerLimitsTest, TakesAnswersFromManyThreads) {
  Start();
  std::vector<std::thread> workers;
  for (int i = 0; i < 3; ++i) {
    workers.emplace_back([this] {
      while (std::optional<Ticket> ticket = application_.TakeTicket()) {
        std::move(*ticket).Send({.response = Text(200, "late")});
      }
    });
  }
  std::vector<std::thread> clients;
  for (int i = 0; i < 4; ++i) {
    clients.emplace_back([this, i] {
      for (int round = 0; round < 20; ++round) {
        TestClient client = Connect();
        for (int request = 0; request < 10; ++request) {
          client.Send(Get("/later"));
          if ((round + i) % 5 == 0 && request == 9) {
            client.Reset();
          } else {
            ASSERT_THAT(client.ReadAnswer(), EndsWith("late"));
          }
        }
      }
    });
  }
  for (std::thread& client : clients) client.join();
  EXPECT_TRUE(Eventually([this] { return server_->open_connections() == 0; }));
  application_.EndWaiting();
  for (std::thread& worker : workers) worker.join();
}

}  // namespace
}  // namespace demo::http
