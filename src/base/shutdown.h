#pragma once

namespace demo {

/// Turns SIGTERM and SIGINT into a value that main waits for. Make it first in main, before any thread: it blocks both
/// signals in this thread and so in all that come after. SIGPIPE is ignored from then on.
class ShutdownSignals {
 public:
  ShutdownSignals();

  /// Waits for one of them and returns its number. From then on a second one ends the process at once, with the status
  /// 128 plus its number, also where the process is the first of its container. For the thread that made this.
  int Wait();
};

}  // namespace demo
