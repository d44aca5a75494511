#include "cache/generations.h"

#include "cache/hash.h"

namespace demo {
namespace {

constexpr std::size_t kSetSlots = 5;  // one for each Tag; kUser's own stays unused

}  // namespace

Generations::Slot Generations::SlotOfUser(std::string_view user_id) {
  return static_cast<Slot>(kSetSlots + HashBytes(user_id) % (kSlots - kSetSlots));
}

}  // namespace demo
