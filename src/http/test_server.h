#pragma once

#include <gmock/gmock.h>

#include <chrono>
#include <condition_variable>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "http/server.h"
#include "http/test_client.h"

namespace demo::http {

inline constexpr std::chrono::milliseconds kPatience{10'000};

inline std::shared_ptr<const StoredResponse> Text(int status, std::string body) {
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

  Reply OnMalformed(const Request& /*request*/, int status, std::string_view detail) override {
    return {.response = Text(status, std::string(detail))};
  }

  void OnFinished(const Exchange& exchange) override {
    const std::scoped_lock lock(mutex_);
    ++finished_[exchange.status];
    ++all_finished_;
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

  int finished() {
    const std::scoped_lock lock(mutex_);
    return all_finished_;
  }

  bool WaitUntilFinished(int status, int count, std::chrono::milliseconds patience = kPatience) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, patience, [&] { return finished_[status] >= count; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::list<Ticket> tickets_;
  std::map<int, int> finished_;
  int all_finished_ = 0;
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
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
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

}  // namespace demo::http
