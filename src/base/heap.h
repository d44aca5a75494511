#pragma once

#include <cstddef>
#include <stop_token>
#include <thread>

#include "base/memory_budget.h"

namespace demo {

/// The most memory this process may have: the least of its control groups', RLIMIT_AS and the machine's. Read once.
std::size_t MemoryLimit();

/// Has large blocks go back to the system when they are freed. First thing in a process that serves: glibc otherwise
/// raises the size from which it does so with each large block that is freed.
void ReturnLargeBlocks();

/// Gives back what the heap holds after a busy time: looks once a second whether `budget` has fallen by a 64th of its
/// limit, and gives back once more five seconds after the last such fall.
class HeapTrimmer {
 public:
  explicit HeapTrimmer(const MemoryBudget& budget);

 private:
  void Run(const std::stop_token& stop) const;

  const MemoryBudget& budget_;
  std::jthread thread_;
};

}  // namespace demo
