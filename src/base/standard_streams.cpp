#include "base/standard_streams.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace demo {

void OpenStandardStreams() {
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(stream, F_GETFD) >= 0) continue;
    // The lowest free descriptor is what open gives, and those before `stream` are open by now.
    if (::open("/dev/null", O_RDWR) < 0) throw std::system_error(errno, std::generic_category(), "/dev/null");
  }
}

}  // namespace demo
