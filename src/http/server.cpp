#include "http/server.h"

#include <pthread.h>
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <functional>
#include <random>
#include <thread>
#include <utility>
#include <vector>

#include "http/acceptor.h"
#include "http/server_loop.h"

namespace demo::http {
namespace {

/// Raises the limit of descriptors as far as it goes without privilege. Returns it.
std::size_t RaiseDescriptorLimit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1024;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  ::getrlimit(RLIMIT_NOFILE, &limit);
  return std::min<std::size_t>(limit.rlim_cur, 1U << 20);
}

/// What is left for connections when the store, the logs and the rest have theirs.
std::size_t ConnectionLimit(const ServerOptions& options, std::size_t descriptors) {
  if (options.max_connections > 0) return static_cast<std::size_t>(options.max_connections);
  const std::size_t reserve = std::clamp<std::size_t>(descriptors / 10, 32, 512);
  return descriptors > 2 * reserve ? descriptors - reserve : reserve;
}

ServerOptions WithLoops(ServerOptions options) {
  if (options.loops <= 0) options.loops = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  return options;
}

std::uint64_t RandomSeed() {
  std::random_device random;
  return (std::uint64_t{random()} << 32) | random();
}

class RunningServer final : public Server {
 public:
  RunningServer(const ServerOptions& options, Application& application, UniqueFd listening)
      : state_{.options = WithLoops(options), .application = application}, port_(PortOf(listening)) {
    const auto loops = static_cast<std::size_t>(state_.options.loops);
    state_.id_seed = RandomSeed();
    state_.max_connections_of_loop = std::max<std::size_t>(1, ConnectionLimit(options, RaiseDescriptorLimit()) / loops);
    for (std::size_t i = 0; i < loops; ++i) {
      loops_.push_back(std::make_unique<ServerLoop>(state_, static_cast<int>(i)));
    }
    acceptor_.emplace(std::move(listening), loops_);
    options.memory->OnTight(&relieve_);
  }

  ~RunningServer() override {
    Stop(std::chrono::milliseconds(0));
    state_.application.GiveUpTickets();  // while the connections that they answer are there
    state_.options.memory->OnTight(nullptr);
  }

  bool Run() {
    if (!acceptor_->Start()) return false;
    // Signals are for the main thread. A blocked SIGPIPE also needs no flag at each write.
    sigset_t all;
    sigset_t before;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_BLOCK, &all, &before);
    for (const auto& loop : loops_) threads_.emplace_back([&loop] { loop->events().Run(); });
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    return true;
  }

  std::uint16_t port() const override { return port_; }

  void Publish(std::shared_ptr<const std::string> event) override {
    for (const auto& loop : loops_) loop->events().Post([&loop, event] { loop->SendToStreams(*event); });
  }

  int open_event_streams() const override { return state_.event_streams.load(std::memory_order_relaxed); }

  int open_connections() const override {
    int open = 0;
    for (const auto& loop : loops_) open += loop->open();
    return open;
  }

  void BeginDrain() override { state_.draining.store(true, std::memory_order_relaxed); }

  int Stop(std::chrono::milliseconds deadline) override {
    if (threads_.empty()) return 0;
    BeginDrain();
    // On the first loop, so that no connection is on its way to another when that one is told to end.
    loops_.front()->events().Post([this, deadline] {
      acceptor_->Stop();
      for (const auto& loop : loops_) loop->events().Post([&loop, deadline] { loop->BeginStop(deadline); });
    });
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
    int cut = 0;
    for (const auto& loop : loops_) cut += loop->cut();
    return cut;
  }

 private:
  ServerState state_;
  std::uint16_t port_;
  std::vector<std::unique_ptr<ServerLoop>> loops_;
  const std::function<void()> relieve_ = [this] {
    for (const auto& loop : loops_) loop->RequestRelief();
  };
  std::optional<Acceptor> acceptor_;
  std::vector<std::thread> threads_;
};

}  // namespace

Result<std::unique_ptr<Server>> Server::Start(const ServerOptions& options, Application& application) {
  Result<UniqueFd> listening = Listen(options.bind, options.port);
  if (!listening) return Fail(std::move(listening.error()));
  auto server = std::make_unique<RunningServer>(options, application, *std::move(listening));
  if (!server->Run()) return Fail(ErrorCode::kUnavailable, "cannot watch the listening socket");
  return server;
}

}  // namespace demo::http
