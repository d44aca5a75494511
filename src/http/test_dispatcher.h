#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <semaphore>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "http/dispatcher.h"
#include "http/test_client.h"

// A dispatcher behind a real server, with handlers that the tests command.
namespace demo::http {

/// What the handlers of these tests work with, in place of Services.
struct World {
  std::function<Result<Response>(const Request&)> users;
  std::function<Result<Response>(const Request&)> write;
  std::atomic<int> reads{0};
};

inline World& WorldOf(Services& services) { return reinterpret_cast<World&>(services); }

inline Response Text(std::string body) {
  Response response;
  response.body = std::move(body);
  return response;
}

inline Result<Response> ReadUsers(const Request& request, Services& services) {
  ++WorldOf(services).reads;
  return WorldOf(services).users(request);
}
inline Result<Response> Write(const Request& request, Services& services) { return WorldOf(services).write(request); }
inline Result<Response> ReadUser(const Request& request, Services& services) {
  ++WorldOf(services).reads;
  return Text(request.params[0]);
}
inline Result<Response> Live(const Request&, Services&) { return Text("alive"); }
inline Result<Response> BreakFraming(const Request&, Services&) {
  Response response;
  response.headers = {{"Location", "a\r\nb"}};
  return response;
}

inline const std::vector<Route> kDispatcherRoutes = {
    {Method::kGet, "/users", ReadUsers, Cached{std::chrono::seconds(300), {Tag::kUsers}}, false, {"limit"}},
    {Method::kPost, "/users", Write, Changes{{Tag::kUsers}}},
    {Method::kGet, "/users/{id}", ReadUser, Cached{std::chrono::seconds(300), {Tag::kUser}}},
    {Method::kPost, "/orders", Write, Changes{{Tag::kUser}}},
    {Method::kPost, "/clear", Write, Changes{{Tag::kAll}}, true},
    {Method::kGet, "/livez", Live, Immediate{}},
    {Method::kGet, "/fresh", ReadUsers, Fresh{}},
    {Method::kGet, "/apart", Live, Apart{}},
    {Method::kGet, "/short", ReadUsers, Cached{std::chrono::seconds(0), {Tag::kUsers}}},
    {Method::kGet, "/page", ReadUsers, Cached{std::chrono::seconds(300), {}, true}},
    {Method::kGet, "/broken", BreakFraming, Immediate{}},
};

struct Answer {
  int status = 0;
  std::string head;
  std::string body;
};

class Client {
 public:
  explicit Client(std::uint16_t port) : client_(port) {}

  void Send(const std::string& method, const std::string& target, const std::string& headers = {}) {
    const std::string length = method == "POST" ? "Content-Length: 0\r\n" : "";
    EXPECT_TRUE(client_.Send(method + " " + target + " HTTP/1.1\r\nHost: demo.local\r\n" + length + headers + "\r\n"));
  }

  Answer Receive(bool head_only = false) {
    const std::string text = head_only ? client_.ReadUntil("\r\n\r\n") : client_.ReadAnswer();
    const std::size_t end = text.find("\r\n\r\n");
    if (end == std::string::npos) return {};
    return {std::stoi(text.substr(9, 3)), text.substr(0, end + 4), text.substr(end + 4)};
  }

  Answer Ask(const std::string& method, const std::string& target, const std::string& headers = {}) {
    Send(method, target, headers);
    return Receive(method == "HEAD");
  }

 private:
  TestClient client_;
};

class Watcher : public Observer {
 public:
  void OnStarted(const Request&) override {}
  void OnFinished(const Exchange& exchange, std::uint16_t route) override {
    const std::lock_guard lock(mutex_);
    ++finished_[{route, exchange.status}];
  }
  void OnFault(const Request&, std::string_view cause) override {
    const std::lock_guard lock(mutex_);
    fault_ = cause;
  }
  int Finished(std::uint16_t route, int status) {
    const std::lock_guard lock(mutex_);
    return finished_[{route, status}];
  }
  std::string Fault() {
    const std::lock_guard lock(mutex_);
    return fault_;
  }

 private:
  std::mutex mutex_;
  std::map<std::pair<std::uint16_t, int>, int> finished_;
  std::string fault_;
};

/// Holds handlers up until it is opened.
class Gate {
 public:
  void Pass() {
    ++waiting_;
    semaphore_.acquire();
  }
  void Open(int count = 1) { semaphore_.release(count); }
  void AwaitOne(int count = 1) const {
    while (waiting_ < count) std::this_thread::yield();
  }

 private:
  std::counting_semaphore<> semaphore_{0};
  std::atomic<int> waiting_{0};
};

class DispatcherTest : public testing::Test {
 protected:
  DispatcherTest() {
    world_.users = [this](const Request&) { return Text(std::to_string(value_.load())); };
    world_.write = [this](const Request&) -> Result<Response> {
      ++value_;
      return Text("written");
    };
  }
  ~DispatcherTest() override { Stop(); }

  void Start(const DispatcherOptions& options = {}) {
    dispatcher_ = std::make_unique<Dispatcher>(kDispatcherRoutes, cache_, reinterpret_cast<Services&>(world_), options,
                                               &watcher_);
    auto server = Server::Start({.bind = "127.0.0.1", .port = 0, .loops = 2, .instance = "test"}, *dispatcher_);
    ASSERT_TRUE(server) << server.error().message;
    server_ = *std::move(server);
  }
  void Stop() {
    if (server_) server_->Stop(std::chrono::seconds(5));
    server_.reset();
  }

  Answer Ask(const std::string& method, const std::string& target, const std::string& headers = {}) {
    return Client(server_->port()).Ask(method, target, headers);
  }
  std::string Get(const std::string& target) { return Ask("GET", target).body; }

  World world_;
  std::atomic<int> value_{0};
  ResponseCache cache_;
  Watcher watcher_;
  std::unique_ptr<Dispatcher> dispatcher_;
  std::unique_ptr<Server> server_;
};

}  // namespace demo::http
