#include "http/server.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <condition_variable>
#include <future>
#include <list>
#include <map>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <vector>

#include "http/test_client.h"

namespace demo::http {
namespace {

using std::chrono::milliseconds;
using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr milliseconds kPatience{10'000};

std::shared_ptr<const StoredResponse> Text(int status, std::string body) {
  auto response = std::make_shared<StoredResponse>();
  response->status = status;
  response->body = std::move(body);
  return response;
}

/// Answers "/later" when the test says so, "/size?N" with N bytes, "/events" with a stream, "/throw" not at all, and
/// anything else at once with its method, target and body.
class TestApplication final : public Application {
 public:
  std::optional<Reply> OnRequest(Request& request, Connection& connection) override {
    if (request.path == "/throw") throw std::runtime_error("for the test");
    if (request.path == "/events") return Reply{.response = Text(200, ""), .event_stream = true};
    if (request.path == "/size")
      return Reply{.response = Text(200, std::string(std::stoul(std::string(request.query)), 'x'))};
    if (request.path == "/later") {
      const std::scoped_lock lock(mutex_);
      tickets_.emplace_back(&connection);
      changed_.notify_all();
      return std::nullopt;
    }
    return Reply{.response = Text(200, std::string(ToString(request.method)) + " " + std::string(request.target) + " " +
                                           std::string(request.body))};
  }

  Reply OnMalformed(int status, std::string_view detail) override {
    return {.response = Text(status, std::string(detail))};
  }

  void OnFinished(const Exchange& exchange) override {
    const std::scoped_lock lock(mutex_);
    ++finished_[exchange.status];
    changed_.notify_all();
  }

  /// Waits until a request is with "the workers", and returns its ticket.
  std::optional<Ticket> TakeTicket() {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, kPatience, [this] { return !tickets_.empty() || ending_; });
    if (tickets_.empty()) return std::nullopt;
    std::optional<Ticket> ticket(std::move(tickets_.front()));
    tickets_.pop_front();
    return ticket;
  }

  /// From now on TakeTicket does not wait.
  void EndWaiting() {
    const std::scoped_lock lock(mutex_);
    ending_ = true;
    changed_.notify_all();
  }

  bool WaitUntilFinished(int status, int count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kPatience, [&] { return finished_[status] >= count; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::list<Ticket> tickets_;
  std::map<int, int> finished_;
  bool ending_ = false;
};

class ServerTest : public ::testing::Test {
 protected:
  ServerTest() {
    options_.bind = "127.0.0.1";
    options_.port = 0;
    options_.loops = 2;
    options_.instance = "test";
  }

  void Start() {
    auto server = Server::Start(options_, application_);
    ASSERT_TRUE(server) << server.error().message;
    server_ = *std::move(server);
  }

  TestClient Connect(int receive_buffer = 0) const { return TestClient(server_->port(), receive_buffer); }

  template <typename Condition>
  static bool Eventually(Condition condition) {
    const auto end = SteadyClock::now() + kPatience;
    while (!condition()) {
      if (SteadyClock::now() > end) return false;
      std::this_thread::sleep_for(milliseconds(1));
    }
    return true;
  }

  static std::string Get(std::string_view target) {
    return "GET " + std::string(target) + " HTTP/1.1\r\nHost: test\r\n\r\n";
  }

  ServerOptions options_;
  TestApplication application_;
  std::unique_ptr<Server> server_;
};

TEST_F(ServerTest, AnswersOneRequestAfterAnother) {
  Start();
  TestClient client = Connect();
  for (const std::string_view target : {"/a", "/b", "/c"}) {
    ASSERT_TRUE(client.Send(Get(target)));
    EXPECT_THAT(client.ReadAnswer(),
                AllOf(StartsWith("HTTP/1.1 200 OK\r\n"), EndsWith("GET " + std::string(target) + " ")));
  }
}

TEST_F(ServerTest, AnswersPipelinedRequestsInOrder) {
  Start();
  TestClient client = Connect();
  client.Send(Get("/a") + Get("/later") + Get("/b") + "POST /c HTTP/1.1\r\nHost: t\r\nContent-Length: 2\r\n\r\nhi");
  EXPECT_THAT(client.ReadAnswer(), EndsWith("GET /a "));
  std::optional<Ticket> ticket = application_.TakeTicket();
  ASSERT_TRUE(ticket);
  std::move(*ticket).Send({.response = Text(200, "late")});
  EXPECT_THAT(client.ReadAnswer(), EndsWith("late"));
  EXPECT_THAT(client.ReadAnswer(), EndsWith("GET /b "));
  EXPECT_THAT(client.ReadAnswer(), EndsWith("POST /c hi"));
}

TEST_F(ServerTest, AnswersMorePipelinedRequestsThanOneTurnTakes) {
  Start();
  TestClient client = Connect();
  std::string requests;
  for (int i = 0; i < 1'000; ++i) requests += Get("/" + std::to_string(i));
  ASSERT_TRUE(client.Send(requests));
  for (int i = 0; i < 1'000; ++i) ASSERT_THAT(client.ReadAnswer(), EndsWith("GET /" + std::to_string(i) + " "));
}

TEST_F(ServerTest, TakesARequestThatArrivesByteByByte) {
  Start();
  TestClient client = Connect();
  for (const char c :
       std::string_view("POST /a HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n")) {
    ASSERT_TRUE(client.Send({&c, 1}));
    std::this_thread::yield();
  }
  EXPECT_THAT(client.ReadAnswer(), EndsWith("POST /a hi"));
}

TEST_F(ServerTest, TakesALargeBody) {
  options_.max_body = 1 << 20;
  Start();
  TestClient client = Connect();
  const std::string body(1 << 20, 'b');
  client.Send("POST /a HTTP/1.1\r\nHost: t\r\nContent-Length: 1048576\r\n\r\n" + body + Get("/next"));
  EXPECT_THAT(client.ReadAnswer(), EndsWith("POST /a " + body));
  EXPECT_THAT(client.ReadAnswer(), EndsWith("GET /next "));
}

TEST_F(ServerTest, SendsALargeAnswerToASlowReader) {
  Start();
  TestClient client = Connect(4096);
  client.Send(Get("/size?8000000") + Get("/next"));
  std::this_thread::sleep_for(milliseconds(50));
  EXPECT_THAT(client.ReadAnswer(), EndsWith(std::string(1000, 'x')));
  EXPECT_THAT(client.ReadAnswer(), EndsWith("GET /next "));
}

TEST_F(ServerTest, AnswersAClientThatHasEndedItsSide) {
  Start();
  TestClient client = Connect();
  client.Send("GET /a HTTP/1.0\r\n\r\n");
  client.EndSending();
  EXPECT_THAT(client.ReadToEnd(), AllOf(StartsWith("HTTP/1.1 200 OK"), EndsWith("GET /a ")));

  TestClient waiting = Connect();
  waiting.Send(Get("/later"));
  waiting.EndSending();
  std::optional<Ticket> ticket = application_.TakeTicket();
  ASSERT_TRUE(ticket);
  std::move(*ticket).Send({.response = Text(200, "late")});
  EXPECT_THAT(waiting.ReadToEnd(), EndsWith("late"));
}

TEST_F(ServerTest, ClosesWhenTheClientAsksForIt) {
  Start();
  TestClient client = Connect();
  client.Send("GET /a HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(client.ReadToEnd(), HasSubstr("Connection: close\r\n"));
  TestClient old = Connect();
  old.Send("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_THAT(old.ReadAnswer(), HasSubstr("Connection: keep-alive\r\n"));
  old.Send("GET /b HTTP/1.0\r\n\r\n");
  EXPECT_THAT(old.ReadToEnd(), HasSubstr("Connection: close\r\n"));
}

TEST_F(ServerTest, AnswersWhatNobodyAnswersWith500) {
  Start();
  TestClient client = Connect();
  client.Send(Get("/later"));
  application_.TakeTicket().reset();
  EXPECT_THAT(client.ReadAnswer(), StartsWith("HTTP/1.1 500 "));
  client.Send(Get("/throw"));
  EXPECT_THAT(client.ReadAnswer(), StartsWith("HTTP/1.1 500 "));
  client.Send(Get("/a"));
  EXPECT_THAT(client.ReadAnswer(), StartsWith("HTTP/1.1 200 "));
}

TEST_F(ServerTest, ForgetsAClientThatWentAway) {
  Start();
  TestClient client = Connect();
  client.Send(Get("/later"));
  std::optional<Ticket> ticket = application_.TakeTicket();
  ASSERT_TRUE(ticket);
  client.Reset();
  EXPECT_TRUE(Eventually([this] { return server_->open_connections() == 0; }));
  std::move(*ticket).Send({.response = Text(200, "late")});
  EXPECT_TRUE(application_.WaitUntilFinished(499, 1));
}

TEST_F(ServerTest, ParsesNothingAfterAFramingError) {
  Start();
  TestClient client = Connect();
  client.Send("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n" + Get("/smuggled"));
  EXPECT_THAT(client.ReadToEnd(),
              AllOf(StartsWith("HTTP/1.1 400 "), HasSubstr("Connection: close"), Not(HasSubstr("smuggled"))));
}

TEST_F(ServerTest, LetsTheAnswerToATooLargeBodyBeRead) {
  Start();
  TestClient client = Connect();
  client.Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1048577\r\n\r\n");
  client.Send(std::string(200'000, 'b'));
  EXPECT_THAT(client.ReadToEnd(), StartsWith("HTTP/1.1 413 "));
}

TEST_F(ServerTest, KeepsTheConnectionOfAnUnknownMethod) {
  Start();
  TestClient client = Connect();
  client.Send("BREW /pot HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\ntea" + Get("/a"));
  EXPECT_THAT(client.ReadAnswer(), StartsWith("HTTP/1.1 501 "));
  EXPECT_THAT(client.ReadAnswer(), EndsWith("GET /a "));
}

TEST_F(ServerTest, AsksForAnExpectedBody) {
  Start();
  TestClient client = Connect();
  client.Send("POST /a HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(client.ReadUntil("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  client.Send("hi");
  EXPECT_THAT(client.ReadAnswer(), EndsWith("POST /a hi"));
  client.Send("POST /a HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 9999999\r\n\r\n");
  EXPECT_THAT(client.ReadToEnd(), StartsWith("HTTP/1.1 413 "));
}

TEST_F(ServerTest, EndsARequestThatArrivesTooSlowly) {
  options_.header_deadline = milliseconds(100);
  Start();
  TestClient head = Connect();
  head.Send("GET / HT");
  EXPECT_THAT(head.ReadToEnd(), AllOf(StartsWith("HTTP/1.1 408 "), HasSubstr("Connection: close")));
  TestClient body = Connect();
  body.Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nfew");
  EXPECT_THAT(body.ReadToEnd(), StartsWith("HTTP/1.1 408 "));
}

TEST_F(ServerTest, ClosesAnIdleConnectionWithoutAWord) {
  options_.idle_deadline = milliseconds(100);
  Start();
  TestClient fresh = Connect();
  TestClient used = Connect();
  used.Send(Get("/a"));
  used.ReadAnswer();
  EXPECT_TRUE(fresh.IsClosed());
  EXPECT_TRUE(used.IsClosed());
}

TEST_F(ServerTest, CutsAClientThatDoesNotRead) {
  options_.write_deadline = milliseconds(100);
  Start();
  TestClient client = Connect(4096);
  client.Send(Get("/size?50000000"));
  EXPECT_TRUE(application_.WaitUntilFinished(499, 1));
  EXPECT_TRUE(Eventually([this] { return server_->open_connections() == 0; }));
}

TEST_F(ServerTest, ClosesWhatHasWaitedLongestWhenThereIsNoRoom) {
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

TEST_F(ServerTest, BoundsTheMemoryOfUnfinishedRequests) {
  options_.loops = 1;
  options_.max_buffered = 64 * 1024;
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
}

TEST_F(ServerTest, PublishesToEveryEventStream) {
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

TEST_F(ServerTest, BoundsEventStreams) {
  options_.max_event_streams = 1;
  Start();
  TestClient first = Connect();
  first.Send(Get("/events"));
  EXPECT_THAT(first.ReadUntil("\r\n\r\n"), StartsWith("HTTP/1.1 200 "));
  TestClient second = Connect();
  second.Send(Get("/events"));
  EXPECT_THAT(second.ReadAnswer(), StartsWith("HTTP/1.1 503 "));
}

TEST_F(ServerTest, ClosesAnEventStreamThatDoesNotKeepUp) {
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

TEST_F(ServerTest, DrainsWithoutLosingARequest) {
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

TEST_F(ServerTest, StopsWhenWhatRunsIsFinished) {
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

TEST_F(ServerTest, CutsWhatDoesNotEnd) {
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

TEST_F(ServerTest, NamesAnAddressThatCannotBeHad) {
  Start();
  options_.port = server_->port();
  const auto second = Server::Start(options_, application_);
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().message, AllOf(HasSubstr("127.0.0.1"), HasSubstr("Address already in use")));
  options_.bind = "not an address";
  EXPECT_FALSE(Server::Start(options_, application_));
}

// Many threads answering at once, clients coming and going: for the thread sanitizer above all.
TEST_F(ServerTest, TakesAnswersFromManyThreads) {
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
