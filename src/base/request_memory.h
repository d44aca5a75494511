#pragma once

#include <cstddef>

#include "base/clock.h"
#include "base/memory_budget.h"
#include "base/result.h"

/// What the request that this thread works on holds while its answer is made: rows read, text written.
namespace demo::request_memory {

/// The request's part of `budget`, from here to the end of the scope. At most one at a time on a thread.
class Scope {
 public:
  explicit Scope(MemoryBudget& budget);
  Scope(const Scope&) = delete;
  Scope& operator=(const Scope&) = delete;
  ~Scope();

 private:
  friend bool Take(std::size_t bytes);
  friend bool Await(std::size_t bytes, SteadyTime deadline);
  friend void ShrinkTo(std::size_t bytes);
  friend bool LeaveTo(MemoryShare& share, std::size_t bytes);
  MemoryShare share_;
  std::size_t left_ = 0;
};

/// Before memory is used that grows with what a client asked for. False where there is none. Without a scope (a
/// command, a test) there is no bound.
[[nodiscard]] bool Take(std::size_t bytes);

/// Waits until there are `bytes`, which what is taken from here on uses up first. False where there are not until
/// `deadline`.
[[nodiscard]] bool Await(std::size_t bytes, SteadyTime deadline);

/// The request holds no more than this now.
void ShrinkTo(std::size_t bytes);

/// Leaves `bytes` to `share`, of the same budget, which outlives the request. False where the request holds less.
[[nodiscard]] bool LeaveTo(MemoryShare& share, std::size_t bytes);

/// What to answer where there is no room: Unavailable.
std::unexpected<Error> NoRoom();

}  // namespace demo::request_memory
