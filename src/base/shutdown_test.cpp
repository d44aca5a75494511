#include "base/shutdown.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

namespace demo {
namespace {

/// Runs `body` in a child, since what is tested changes the process; returns its wait status.
template <typename Body>
int InChild(Body body) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::alarm(10);
    body();
    ::_exit(99);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return status;
}

TEST(ShutdownSignals, ArriveAsAValueAlsoWhenSentBeforeTheWait) {
  for (const int signal : {SIGTERM, SIGINT}) {
    const int status = InChild([signal] {
      ShutdownSignals signals;
      ::kill(::getpid(), signal);
      ::_exit(signals.Wait() == signal ? 0 : 1);
    });
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
  }
}

TEST(ShutdownSignals, LeaveABrokenPipeToItsError) {
  const int status = InChild([] {
    ShutdownSignals signals;
    ::raise(SIGPIPE);
    ::_exit(0);
  });
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
}

void EndBySecondSignal() {
  ::alarm(10);
  ShutdownSignals signals;
  ::kill(::getpid(), SIGTERM);
  signals.Wait();
  ::kill(::getpid(), SIGINT);
  // Not pause: a sanitizer hands a signal over at the next call, and after this one there would be none.
  while (true) ::usleep(1000);
}

// In a process of its own: after a fork among other tests' threads TSan may never hand the signal over.
TEST(ShutdownSignalsDeathTest, TheSecondEndsTheProcessWithItsStatus) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(EndBySecondSignal(), testing::ExitedWithCode(128 + SIGINT), "");
}

}  // namespace
}  // namespace demo
