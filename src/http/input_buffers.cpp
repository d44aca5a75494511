#include "http/input_buffers.h"

#include <cstring>

namespace demo::http {
namespace {

// What a loop keeps for its next connections: as many as one round may serve.
constexpr std::size_t kMaxSpare = 128;

}  // namespace

std::size_t InputBuffers::GrowthOf(const InputBuffer& buffer) {
  if (buffer.room() > 0 || buffer.begin > 0) return 0;
  return buffer.capacity == 0 ? kSmallest : buffer.capacity;
}

void InputBuffers::MakeRoom(InputBuffer& buffer) {
  if (buffer.room() > 0) return;
  if (buffer.begin > 0) {
    std::memmove(buffer.memory.get(), buffer.data(), buffer.size());
    buffer.end = buffer.size();
    buffer.begin = 0;
    return;
  }
  lent_ += GrowthOf(buffer);
  if (buffer.capacity == 0 && !spare_.empty()) {
    buffer.memory = std::move(spare_.back());
    spare_.pop_back();
    buffer.capacity = kSmallest;
    return;
  }
  const std::size_t capacity = buffer.capacity + GrowthOf(buffer);
  auto memory = std::make_unique_for_overwrite<char[]>(capacity);
  if (buffer.end > 0) std::memcpy(memory.get(), buffer.memory.get(), buffer.end);
  buffer.memory = std::move(memory);
  buffer.capacity = capacity;
}

void InputBuffers::TakeBack(InputBuffer& buffer) {
  lent_ -= buffer.capacity;
  if (buffer.capacity == kSmallest && spare_.size() < kMaxSpare) spare_.push_back(std::move(buffer.memory));
  buffer = {};
}

}  // namespace demo::http
