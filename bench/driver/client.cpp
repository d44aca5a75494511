#include "client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <utility>

namespace bench {
namespace {

/// The value of header `name`, which is given with its colon, in `head`; empty where it is absent.
std::string_view Header(std::string_view head, std::string_view name) {
  for (auto line = head.find("\r\n"); line != std::string_view::npos; line = head.find("\r\n", line)) {
    line += 2;
    if (head.size() - line < name.size()) return {};
    if (strncasecmp(head.data() + line, name.data(), name.size()) != 0) continue;
    auto value = head.substr(line + name.size(), head.find("\r\n", line) - line - name.size());
    while (value.starts_with(' ')) value.remove_prefix(1);
    return value;
  }
  return {};
}

}  // namespace

Client::Client(Client&& other) noexcept : port_(other.port_), descriptor_(std::exchange(other.descriptor_, -1)) {}

Client::~Client() {
  if (descriptor_ >= 0) close(descriptor_);
}

bool Client::Connect() {
  if (descriptor_ >= 0) close(descriptor_);
  head_.clear();
  in_body_ = false;
  descriptor_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor_ < 0) return false;
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port_);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const timeval deadline{5, 0};
  const int on = 1;
  setsockopt(descriptor_, SOL_SOCKET, SO_SNDTIMEO, &deadline, sizeof deadline);
  setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return connect(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

bool Client::Send(std::string_view request) {
  // A request is far smaller than an empty socket buffer, so it goes out whole or the connection is broken.
  const auto sent = send(descriptor_, request.data(), request.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  return sent == static_cast<ssize_t>(request.size());
}

bool Client::ReadHead() {
  const auto end = head_.find("\r\n\r\n");
  const std::string_view head = std::string_view(head_).substr(0, end + 2);
  if (!head.starts_with("HTTP/1.1 ") || head.size() < 14) return false;
  std::from_chars(head.data() + 9, head.data() + 12, answer_.status);
  const auto length = Header(head, "Content-Length:");
  std::size_t body = 0;
  if (std::from_chars(length.data(), length.data() + length.size(), body).ec != std::errc{}) return false;
  answer_.closes = Header(head, "Connection:") == "close";
  const std::size_t arrived = head_.size() - end - 4;
  if (arrived > body) return false;
  body_left_ = body - arrived;
  in_body_ = true;
  return true;
}

std::optional<Answer> Client::Receive(bool& gone) {
  static std::array<char, 64 * 1024> buffer;
  const auto got = recv(descriptor_, buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return std::nullopt;
  gone = got <= 0;
  if (gone) return std::nullopt;
  const auto bytes = static_cast<std::size_t>(got);
  bytes_received_ += bytes;
  if (in_body_) {
    gone = bytes > body_left_;
    if (gone) return std::nullopt;
    body_left_ -= bytes;
  } else {
    head_.append(buffer.data(), bytes);
    if (head_.find("\r\n\r\n") == std::string::npos) return std::nullopt;
    gone = !ReadHead();
    if (gone) return std::nullopt;
  }
  if (body_left_ > 0) return std::nullopt;
  head_.clear();
  in_body_ = false;
  return answer_;
}

}  // namespace bench
