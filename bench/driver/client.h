#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace bench {

/// What a whole response said.
struct Answer {
  int status = 0;
  bool closes = false;  ///< The server closes the connection after it.
};

/// One keep-alive connection to 127.0.0.1 with at most one request under way. Responses need a Content-Length.
class Client {
 public:
  explicit Client(std::uint16_t port) : port_(port) {}
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  Client(Client&& other) noexcept;
  ~Client();

  int descriptor() const { return descriptor_; }
  /// Closes what is open and connects anew, in non-blocking mode. False when nobody listens or no answer is coming.
  bool Connect();
  /// False when the connection is gone.
  bool Send(std::string_view request);
  /// Reads what has arrived. The answer once it is whole; sets `gone` where the connection ended or made no sense.
  std::optional<Answer> Receive(bool& gone);
  std::uint64_t bytes_received() const { return bytes_received_; }

 private:
  bool ReadHead();

  std::uint16_t port_;
  int descriptor_ = -1;
  std::string head_;  ///< Of the response under way, until it is whole.
  Answer answer_;
  std::size_t body_left_ = 0;
  bool in_body_ = false;
  std::uint64_t bytes_received_ = 0;
};

}  // namespace bench
