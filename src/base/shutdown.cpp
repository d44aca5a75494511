#include "base/shutdown.h"

#include <pthread.h>
#include <unistd.h>

#include <csignal>

namespace demo {
namespace {

constexpr int kStatusOfSignal = 128;  // What shells report for a process that a signal ended.

void ExitAtOnce(int signal) { ::_exit(kStatusOfSignal + signal); }

sigset_t EndSignals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  return set;
}

}  // namespace

ShutdownSignals::ShutdownSignals() {
  const sigset_t set = EndSignals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

int ShutdownSignals::Wait() {
  const sigset_t set = EndSignals();
  int signal = 0;
  while (sigwait(&set, &signal) != 0) {
  }
  // A handler and not the default action, which the first process of a container does not have.
  struct sigaction action{};
  action.sa_handler = ExitAtOnce;
  sigaction(SIGTERM, &action, nullptr);
  sigaction(SIGINT, &action, nullptr);
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
  return signal;
}

}  // namespace demo
