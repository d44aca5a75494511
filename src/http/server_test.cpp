#include "http/test_server.h"

namespace demo::http {
namespace {

using std::chrono::milliseconds;
using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

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

TEST_F(ServerTest, ReportsOnceWhateverCloses) {
  Start();
  const std::string goes = "GET /a HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n";
  const std::string old = "GET /a HTTP/1.0\r\n\r\n";
  const std::string large = "GET /size?9000000 HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n";
  const std::string malformed = "GET /a HTTP/1.1\r\n\r\n";
  for (const std::string& request : {goes, old, large, malformed}) {
    TestClient client = Connect();
    ASSERT_TRUE(client.Send(request));
    EXPECT_THAT(client.ReadAnswer(), StartsWith("HTTP/1.1 "));
    EXPECT_TRUE(client.IsClosed());
  }
  EXPECT_TRUE(application_.WaitUntilFinished(200, 3));
  EXPECT_EQ(application_.finished(), 4);
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

TEST_F(ServerTest, LetsTheAnswerBeReadHoweverMuchStillComes) {
  Start();
  const std::string head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 8000000\r\n\r\n";
  TestClient client = Connect();
  ASSERT_TRUE(client.Send(head));
  EXPECT_TRUE(client.Send(std::string(8'000'000, 'b')));
  EXPECT_THAT(client.ReadToEnd(), StartsWith("HTTP/1.1 413 "));

  TestClient ends = Connect();
  ASSERT_TRUE(ends.Send(head + std::string(4'000'000, 'b')));
  ends.EndSending();
  EXPECT_THAT(ends.ReadToEnd(), StartsWith("HTTP/1.1 413 "));
}

// Without a body, which the client of a HEAD would take for its next answer.
TEST_F(ServerTest, RefusesAHeadByTheHeadAlone) {
  Start();
  for (const auto& [request, status] : {std::pair{"HEAD / HTTP/1.1\r\n\r\n", "400"},
                                        {"\r\nHEAD / HTTP/1.1\r\nA : b\r\n\r\n", "400"},
                                        {"HEAD / HTTP/2.0\r\nHost: a\r\n\r\n", "505"},
                                        {"HEAD / HTTP/1.1\r\nHost: a\r\nExpect: x\r\n\r\n", "417"},
                                        {"HEAD / HTTP/1.1\r\nHost: a\r\nContent-Length: 9999999\r\n\r\n", "413"}}) {
    TestClient client = Connect();
    client.Send(request);
    EXPECT_THAT(client.ReadToEnd(), AllOf(StartsWith(std::string("HTTP/1.1 ") + status), EndsWith("\r\n\r\n")))
        << request;
  }
  const std::string many(17'000, 'a');
  for (const std::string& request : {"HEAD /" + many + " HTTP/1.1\r\n", "HEAD / HTTP/1.1\r\nA: " + many + "\r\n"}) {
    TestClient client = Connect();
    client.Send(request);
    EXPECT_THAT(client.ReadToEnd(), AllOf(StartsWith("HTTP/1.1 4"), EndsWith("\r\n\r\n")));
  }
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

}  // namespace
}  // namespace demo::http
