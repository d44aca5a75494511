#include "base/priority.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>

namespace demo {

void StepBack(int by) {
  constexpr int kLeast = 19;
  // Linux keeps a niceness for each thread; a new one has that of the thread which made it.
  const auto self = static_cast<id_t>(::gettid());
  ::setpriority(PRIO_PROCESS, self, std::min(::getpriority(PRIO_PROCESS, self) + by, kLeast));
}

}  // namespace demo
