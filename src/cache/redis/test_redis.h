#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "cache/redis/connection.h"
#include "cache/redis/session.h"

// Real servers for *_redistest.cpp: redis-server from PATH, on ports and in folders of their own.
namespace demo::redis {

inline std::string FindProgram(const std::string& name) {
  const char* path = std::getenv("PATH");
  std::string rest = path == nullptr ? "" : path;
  while (!rest.empty()) {
    const std::size_t colon = rest.find(':');
    std::string file = rest.substr(0, colon) + "/" + name;
    if (access(file.c_str(), X_OK) == 0) return file;
    rest = colon == std::string::npos ? "" : rest.substr(colon + 1);
  }
  return {};
}

/// A port that was free a moment ago.
inline std::uint16_t FreePort() {
  const UniqueFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  EXPECT_EQ(bind(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  EXPECT_EQ(getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &length), 0);
  return ntohs(address.sin_port);
}

inline bool WaitUntil(const std::function<bool()>& holds,
                      std::chrono::milliseconds longest = std::chrono::seconds(20)) {
  const SteadyTime until = SteadyClock::now() + longest;
  while (!holds()) {
    if (SteadyClock::now() > until) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

class TestRedis {
 public:
  /// Starts `program` (redis-server or redis-sentinel) with `settings`, lines of its configuration.
  explicit TestRedis(std::vector<std::string> settings = {}, const std::string& program = "redis-server",
                     std::uint16_t port = FreePort())
      : port_(port), program_(FindProgram(program)), settings_(std::move(settings)) {
    std::string pattern = std::filesystem::temp_directory_path() / "demo-redis-XXXXXX";
    folder_ = mkdtemp(pattern.data());
    is_sentinel_ = program == "redis-sentinel";
    Start();
  }
  TestRedis(const TestRedis&) = delete;
  TestRedis& operator=(const TestRedis&) = delete;
  ~TestRedis() {
    Resume();
    Kill();
    std::filesystem::remove_all(folder_);
  }

  void Start() {
    std::ofstream file(folder_ + "/conf");
    file << "port " << port_ << "\nbind 127.0.0.1\ndir " << folder_ << "\n";
    if (!is_sentinel_) file << "save \"\"\nrepl-diskless-sync-delay 0\n";
    for (const std::string& line : settings_) file << line << "\n";
    file.close();
    pid_ = fork();
    if (pid_ == 0) {
      const std::string log = folder_ + "/log";
      if (freopen(log.c_str(), "ae", stdout) == nullptr) _exit(1);
      const std::string conf = folder_ + "/conf";
      execl(program_.c_str(), program_.c_str(), conf.c_str(), nullptr);
      _exit(1);
    }
    EXPECT_TRUE(WaitUntil([&] { return !Ask({"PING"}).text.empty(); })) << "it does not answer";
  }
  void Kill() {
    if (pid_ <= 0) return;
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    pid_ = 0;
  }
  void Freeze() const { kill(pid_, SIGSTOP); }
  void Resume() const {
    if (pid_ > 0) kill(pid_, SIGCONT);
  }

  /// The answer to one command, or an empty one.
  Reply Ask(const std::vector<std::string_view>& words) const {
    const SteadyTime deadline = SteadyClock::now() + std::chrono::seconds(5);
    const auto address = Resolve({"127.0.0.1", port_}, std::chrono::seconds(1));
    auto connection = Connection::Open(*address, deadline);
    if (!connection) return {};
    const auto replies = connection->Run(Commands().Add(words), deadline);
    return replies ? replies->front() : Reply{};
  }

  std::uint16_t port() const { return port_; }
  Endpoint endpoint() const { return {"127.0.0.1", port_}; }

 private:
  const std::uint16_t port_;
  const std::string program_;
  const std::vector<std::string> settings_;
  bool is_sentinel_ = false;
  std::string folder_;
  pid_t pid_ = 0;
};

#define DEMO_NEEDS_REDIS()                                                                                    \
  if (demo::redis::FindProgram("redis-server").empty() || demo::redis::FindProgram("redis-sentinel").empty()) \
  GTEST_SKIP() << "redis-server or redis-sentinel is not on PATH"

}  // namespace demo::redis
