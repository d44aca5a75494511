#pragma once

#include <cstddef>
#include <memory>
#include <vector>

namespace demo::http {

/// The bytes a connection has received and not yet worked off: [begin, end) of `memory`.
struct InputBuffer {
  std::unique_ptr<char[]> memory;
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

  explicit InputBuffers(std::size_t limit) : limit_(limit) {}

  /// Whether making room in `buffer` keeps within the limit on all buffers together.
  bool MayGrow(const InputBuffer& buffer) const { return lent_ + GrowthOf(buffer) <= limit_; }
  /// Makes sure that `buffer` has room at its end: by moving its bytes to the front, or into twice the memory.
  void MakeRoom(InputBuffer& buffer);
  /// Takes the memory back; the buffer is empty then.
  void TakeBack(InputBuffer& buffer);

 private:
  static std::size_t GrowthOf(const InputBuffer& buffer);

  std::size_t limit_;
  std::size_t lent_ = 0;
  std::vector<std::unique_ptr<char[]>> spare_;  ///< Of the smallest size.
};

}  // namespace demo::http
