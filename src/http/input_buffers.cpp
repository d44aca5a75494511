#include "http/input_buffers.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace demo::http {
namespace {

// What a loop keeps for its next connections: as many as one round may serve.
constexpr std::size_t kMaxSpare = 128;

}  // namespace

bool InputBuffers::MakeRoom(InputBuffer& buffer, std::size_t most) {
  if (buffer.room() > 0) return true;
  if (buffer.begin > 0) {
    std::memmove(buffer.memory.get(), buffer.data(), buffer.size());
    buffer.end = buffer.size();
    buffer.begin = 0;
    return true;
  }
  if (buffer.capacity == 0 && !spare_.empty()) {
    buffer.memory = std::move(spare_.back());
    spare_.pop_back();
    buffer.capacity = kSmallest;
    return true;
  }
  const std::size_t doubled = std::max(kSmallest, 2 * buffer.capacity);
  return Grow(buffer, most > buffer.capacity ? std::min(doubled, std::max(kSmallest, most)) : doubled);
}

bool InputBuffers::Grow(InputBuffer& buffer, std::size_t capacity) {
  const auto need = capacity == kSmallest ? MemoryBudget::Need::kSmall : MemoryBudget::Need::kLarge;
  if (!memory_.Take(capacity - buffer.capacity, need)) return false;
  void* const grown = std::realloc(buffer.memory.get(), capacity);
  if (grown == nullptr) {
    memory_.Give(capacity - buffer.capacity);
    return false;
  }
  static_cast<void>(buffer.memory.release());
  buffer.memory.reset(static_cast<char*>(grown));
  buffer.capacity = capacity;
  return true;
}

void InputBuffers::TakeBack(InputBuffer& buffer) {
  if (buffer.capacity == kSmallest && spare_.size() < kMaxSpare) {
    spare_.push_back(std::move(buffer.memory));
  } else {
    memory_.Give(buffer.capacity);
  }
  buffer = {};
}

}  // namespace demo::http
