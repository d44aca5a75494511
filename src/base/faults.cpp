#include "base/faults.h"

#include "base/log.h"

namespace demo {

void TellFault(std::string_view thread, std::string_view cause) noexcept {
  static log::Throttle throttle;
  try {
    log::Write(throttle, log::Level::kError, "a thread failed and goes on", {{"thread", thread}, {"reason", cause}});
  } catch (...) {  // There is no memory for a line about it.
    return;
  }
}

}  // namespace demo
