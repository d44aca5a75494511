#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/unique_fd.h"

namespace demo::http {

/// A client for tests that sends exactly the bytes it is given. Every wait ends after ten seconds.
class TestClient {
 public:
  explicit TestClient(std::uint16_t port, int receive_buffer = 0)
      : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    if (receive_buffer > 0) {
      ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    }
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) socket_.Close();
  }

  bool Send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t count = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (count <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
  }

  /// Reads until what was received holds `text`, and returns everything up to its end; what came first is forgotten. An
  /// empty string at the end of the input, or when it does not come in time.
  std::string ReadUntil(std::string_view text) {
    std::size_t found = 0;
    while ((found = received_.find(text)) == std::string::npos) {
      if (!Receive()) return {};
    }
    std::string result = received_.substr(0, found + text.size());
    received_.erase(0, found + text.size());
    return result;
  }

  /// One answer with a Content-Length: head and body.
  std::string ReadAnswer() {
    std::string answer = ReadUntil("\r\n\r\n");
    const std::size_t length_at = answer.find("Content-Length: ");
    const std::size_t length = length_at == std::string::npos ? 0 : std::stoul(answer.substr(length_at + 16));
    while (received_.size() < length) {
      if (!Receive()) return {};
    }
    answer += received_.substr(0, length);
    received_.erase(0, length);
    return answer;
  }

  /// Everything until the server closes. Fails the reading, returning "reset", on a connection that was reset.
  std::string ReadToEnd() {
    while (Receive()) {
    }
    return reset_ ? "reset" : std::exchange(received_, {});
  }

  /// Whether the server closes before it sends anything more.
  bool IsClosed() { return received_.empty() && !Receive() && ended_; }

  void EndSending() { ::shutdown(socket_.get(), SHUT_WR); }
  void Close() { socket_.Close(); }
  void Reset() {
    const linger at_once{1, 0};
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    socket_.Close();
  }

 private:
  bool Receive() {
    pollfd readable{socket_.get(), POLLIN, 0};
    if (ended_ || ::poll(&readable, 1, 10'000) != 1) return false;
    char piece[16 * 1024];
    const ssize_t count = ::recv(socket_.get(), piece, sizeof piece, 0);
    ended_ = count <= 0;
    reset_ = count < 0;
    if (count > 0) received_.append(piece, static_cast<std::size_t>(count));
    return count > 0;
  }

  UniqueFd socket_;
  std::string received_;
  bool ended_ = false;
  bool reset_ = false;
};

}  // namespace demo::http
