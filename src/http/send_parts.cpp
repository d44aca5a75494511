#include "http/send_parts.h"

#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <cerrno>

namespace demo::http {

ssize_t SendParts(int socket, std::string_view first, std::string_view second) {
  ssize_t sent = 0;
  do {
    if (second.empty()) {
      sent = ::send(socket, first.data(), first.size(), MSG_NOSIGNAL);
    } else {
      std::array<iovec, 2> parts = {iovec{const_cast<char*>(first.data()), first.size()},
                                    iovec{const_cast<char*>(second.data()), second.size()}};
      msghdr message{};
      message.msg_iov = parts.data();
      message.msg_iovlen = parts.size();
      sent = ::sendmsg(socket, &message, MSG_NOSIGNAL);
    }
  } while (sent < 0 && errno == EINTR);
  if (sent >= 0) return sent;
  return errno == EAGAIN ? kFull : kBroken;
}

}  // namespace demo::http
