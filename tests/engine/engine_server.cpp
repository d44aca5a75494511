// A server on the HTTP engine alone, for the engine's own tests: it knows no domain and says exactly what it got.
//
//   engine_server [loops=1] [port=0] [header_ms=…] [idle_ms=…] [write_ms=…] [max_connections=…] [stop_ms=…]
//
// Prints "port N" once it listens. SIGTERM drains and stops it; it then prints "cut N".

#include <signal.h>

#include <charconv>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "http/server.h"

namespace {

using demo::StoredResponse;
using demo::http::Connection;
using demo::http::Exchange;
using demo::http::Reply;
using demo::http::Request;
using demo::http::Server;
using demo::http::ServerOptions;
using demo::http::Ticket;
using std::chrono::milliseconds;

std::shared_ptr<const StoredResponse> Text(int status, std::string body) {
  auto response = std::make_shared<StoredResponse>();
  response->status = status;
  response->head = "Content-Type: text/plain\r\n";
  response->body = std::move(body);
  return response;
}

int Number(std::string_view text) {
  int number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

/// Runs each task at its time, on one thread of its own.
class Later {
 public:
  ~Later() {
    {
      const std::scoped_lock lock(mutex_);
      ending_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }

  void Send(Ticket ticket, Reply reply, milliseconds delay) {
    const std::scoped_lock lock(mutex_);
    tasks_.emplace(demo::SteadyClock::now() + delay,
                   std::make_unique<std::pair<Ticket, Reply>>(std::move(ticket), std::move(reply)));
    changed_.notify_all();
  }

 private:
  void Run() {
    std::unique_lock lock(mutex_);
    while (!ending_) {
      if (tasks_.empty()) {
        changed_.wait(lock);
      } else if (const auto due = tasks_.begin()->first; due > demo::SteadyClock::now()) {
        changed_.wait_until(lock, due);
      } else {
        const auto task = std::move(tasks_.extract(tasks_.begin()).mapped());
        std::move(task->first).Send(std::move(task->second));
      }
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::multimap<demo::SteadyTime, std::unique_ptr<std::pair<Ticket, Reply>>> tasks_;
  bool ending_ = false;
  std::thread thread_{[this] { Run(); }};
};

class EngineApplication final : public demo::http::Application {
 public:
  /// /hit: a stored answer, at once. /slow?N: after N ms, by another thread. /large?N: N bytes. /echo: the body back,
  /// by another thread. /events: a stream. /dropped: a ticket nobody uses. Anything else: 404.
  std::optional<Reply> OnRequest(Request& request, Connection& connection) override {
    if (request.path == "/hit")
      return Reply{.response = hit_, .cache = demo::http::CacheResult::kHit, .ttl_seconds = 27};
    if (request.path == "/large") {
      return Reply{.response = Text(200, std::string(static_cast<std::size_t>(Number(request.query)), 'x'))};
    }
    if (request.path == "/events") return Reply{.response = Text(200, ""), .event_stream = true};
    if (request.path == "/echo") {
      later_.Send(Ticket(&connection), Reply{.response = Text(200, std::string(request.body))}, milliseconds(0));
      return std::nullopt;
    }
    if (request.path == "/slow") {
      later_.Send(Ticket(&connection), Reply{.response = Text(200, "slow")}, milliseconds(Number(request.query)));
      return std::nullopt;
    }
    if (request.path == "/dropped") {
      const Ticket dropped(&connection);
      return std::nullopt;
    }
    return Reply{.response = Text(404, "")};
  }

  Reply OnMalformed(int status, std::string_view detail) override {
    return {.response = Text(status, std::string(detail))};
  }

  void OnFinished(const Exchange& /*exchange*/) override {}

 private:
  std::shared_ptr<const StoredResponse> hit_ = [] {
    auto response = std::make_shared<StoredResponse>(*Text(200, std::string(380, 'h')));
    response->etag = "\"hit\"";
    return response;
  }();
  Later later_;
};

int Option(int argc, char** argv, std::string_view name, int otherwise) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument.starts_with(name) && argument.substr(name.size()).starts_with('=')) {
      return Number(argument.substr(name.size() + 1));
    }
  }
  return otherwise;
}

}  // namespace

int main(int argc, char** argv) {
  sigset_t ending;
  ::sigemptyset(&ending);
  ::sigaddset(&ending, SIGTERM);
  ::sigaddset(&ending, SIGINT);
  ::pthread_sigmask(SIG_BLOCK, &ending, nullptr);

  ServerOptions options;
  options.bind = "127.0.0.1";
  options.instance = "engine";
  options.port = static_cast<std::uint16_t>(Option(argc, argv, "port", 0));
  options.loops = Option(argc, argv, "loops", 1);
  options.header_deadline = milliseconds(Option(argc, argv, "header_ms", 10'000));
  options.idle_deadline = milliseconds(Option(argc, argv, "idle_ms", 60'000));
  options.write_deadline = milliseconds(Option(argc, argv, "write_ms", 30'000));
  options.max_connections = Option(argc, argv, "max_connections", 0);

  EngineApplication application;
  auto server = Server::Start(options, application);
  if (!server) {
    std::fprintf(stderr, "%s\n", server.error().message.c_str());
    return 1;
  }
  std::printf("port %u\n", (*server)->port());
  std::fflush(stdout);

  int signal = 0;
  ::sigwait(&ending, &signal);
  (*server)->BeginDrain();
  std::printf("cut %d\n", (*server)->Stop(milliseconds(Option(argc, argv, "stop_ms", 5'000))));
  return 0;
}
