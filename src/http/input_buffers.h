#pragma once

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <vector>

#include "base/memory_budget.h"

namespace demo::http {

/// The bytes a connection has received and not yet worked off: [begin, end) of `memory`.
struct InputBuffer {
  struct Free {
    void operator()(char* memory) const { std::free(memory); }
  };
  std::unique_ptr<char[], Free> memory;  ///< Of malloc: what is large then grows without a copy.
  std::size_t capacity = 0;
  std::size_t begin = 0;
  std::size_t end = 0;

  bool empty() const { return begin == end; }
  std::size_t size() const { return end - begin; }
  std::size_t room() const { return capacity - end; }
  char* data() const { return memory.get() + begin; }
};

/// Lends one loop's connections their input buffers, so that an idle connection holds none. Not thread-safe.
class InputBuffers {
 public:
  /// Holds nearly every request; larger ones double it.
  static constexpr std::size_t kSmallest = 4 * 1024;

  explicit InputBuffers(LoopShare& memory) : memory_(memory) {}

  /// Makes sure that `buffer` has room at its end: by moving its bytes to the front, or into twice the memory, but no
  /// more than `most` bytes where that is enough. False where there is no memory; nothing has changed then.
  bool MakeRoom(InputBuffer& buffer, std::size_t most);
  /// Takes the memory back; the buffer is empty then.
  void TakeBack(InputBuffer& buffer);

 private:
  bool Grow(InputBuffer& buffer, std::size_t capacity);

  LoopShare& memory_;
  std::vector<decltype(InputBuffer::memory)> spare_;  ///< Of the smallest size.
};

}  // namespace demo::http
