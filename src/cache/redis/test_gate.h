#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <poll.h>

#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/endpoint.h"
#include "base/unique_fd.h"

namespace demo::redis {

/// Stands before a server and lets through what the test wants. Each connection has a thread, for simplicity.
class TestGate {
 public:
  enum class Mode {
    kOpen,
    kRefuse,   ///< Closes each connection, new or old.
    kHang,     ///< Takes everything, passes nothing on.
    kCut,      ///< Closes in the middle of an answer.
    kSlow,     ///< Holds each answer up by 100 ms.
    kTrickle,  ///< Gives an answer byte by byte, 20 ms each.
    kGarbage,  ///< Answers something else.
  };

  explicit TestGate(std::uint16_t server)
      : server_(server), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address = Loopback(0);
    socklen_t length = sizeof address;
    EXPECT_EQ(bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(listen(listener_.get(), 64), 0);
    EXPECT_EQ(getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &length), 0);
    port_ = ntohs(address.sin_port);
    acceptor_ = std::jthread([this](const std::stop_token& stop) { Accept(stop); });
  }

  void Set(Mode mode) { mode_ = mode; }
  Endpoint endpoint() const { return {"127.0.0.1", port_}; }

 private:
  static sockaddr_in Loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    return address;
  }

  static bool IsReadable(int descriptor) {
    pollfd waited{descriptor, POLLIN, 0};
    return poll(&waited, 1, 10) > 0;
  }

  void Accept(const std::stop_token& stop) {
    std::vector<std::jthread> connections;
    while (!stop.stop_requested()) {
      if (!IsReadable(listener_.get())) continue;
      UniqueFd client(accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
      if (!client || mode_ == Mode::kRefuse) continue;
      connections.emplace_back(
          [this, client = std::move(client)](const std::stop_token& ended) { Serve(client.get(), ended); });
    }
  }

  void Serve(int client, const std::stop_token& stop) {
    const UniqueFd server(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const sockaddr_in address = Loopback(server_);
    if (connect(server.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return;
    while (!stop.stop_requested() && mode_ != Mode::kRefuse) {
      if (mode_ == Mode::kHang) {
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
        continue;
      }
      std::array<pollfd, 2> waited{pollfd{client, POLLIN, 0}, pollfd{server.get(), POLLIN, 0}};
      if (poll(waited.data(), waited.size(), 10) <= 0) continue;
      if (waited[0].revents != 0 && !Pass(client, server.get(), Mode::kOpen)) return;
      if (waited[1].revents != 0 && !Pass(server.get(), client, mode_)) return;
    }
  }

  /// Passes on what there is; false where the connection is over.
  static bool Pass(int from, int to, Mode mode) {
    std::array<char, 65536> buffer;
    const ssize_t count = recv(from, buffer.data(), buffer.size(), 0);
    if (count <= 0) return false;
    std::string_view bytes(buffer.data(), static_cast<std::size_t>(count));
    constexpr std::string_view kGarbage = "HTTP/1.1 400 Bad Request\r\n\r\n";
    if (mode == Mode::kGarbage) bytes = kGarbage;
    if (mode == Mode::kCut) bytes = bytes.substr(0, bytes.size() / 2);
    if (mode == Mode::kSlow) std::this_thread::sleep_for(std::chrono::milliseconds(100));
    for (std::size_t step = mode == Mode::kTrickle ? 1 : bytes.size(); !bytes.empty(); bytes.remove_prefix(step)) {
      step = std::min(step, bytes.size());
      if (send(to, bytes.data(), step, MSG_NOSIGNAL) < 0) return false;
      if (mode == Mode::kTrickle) std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return mode != Mode::kCut;
  }

  const std::uint16_t server_;
  const UniqueFd listener_;
  std::uint16_t port_ = 0;
  std::atomic<Mode> mode_{Mode::kOpen};
  std::jthread acceptor_;
};

}  // namespace demo::redis
