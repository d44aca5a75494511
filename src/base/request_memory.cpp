#include "base/request_memory.h"

#include <algorithm>
#include <chrono>
#include <thread>

namespace demo::request_memory {
namespace {

// A row takes some hundred bytes: not each of them has to move the budget.
constexpr std::size_t kStep = 32 * 1024;

thread_local Scope* current = nullptr;

}  // namespace

Scope::Scope(MemoryBudget& budget) : share_(budget) { current = this; }

Scope::~Scope() { current = nullptr; }

bool Await(std::size_t bytes, SteadyTime deadline) {
  if (current == nullptr) return true;
  constexpr std::chrono::milliseconds kPause{5};
  while (!current->share_.Take(bytes, MemoryBudget::Need::kPatient)) {
    if (SteadyClock::now() >= deadline) return false;
    std::this_thread::sleep_for(kPause);
  }
  current->left_ += bytes;
  return true;
}

void ShrinkTo(std::size_t bytes) {
  if (current == nullptr || bytes > current->share_.bytes()) return;
  current->share_.Give(current->share_.bytes() - bytes);
  current->left_ = 0;
}

bool Take(std::size_t bytes) {
  if (current == nullptr) return true;
  if (bytes > current->left_) {
    const std::size_t more = std::max(bytes, kStep);
    // The first step is as small as the need of a request that asks for little.
    const bool first = more == kStep && current->share_.bytes() == 0;
    if (!current->share_.Take(more, first ? MemoryBudget::Need::kSmall : MemoryBudget::Need::kLarge)) return false;
    current->left_ += more;
  }
  current->left_ -= bytes;
  return true;
}

bool LeaveTo(MemoryShare& share, std::size_t bytes) {
  if (current == nullptr || bytes > current->share_.bytes()) return false;
  share.TakeFrom(current->share_, bytes);
  current->left_ = 0;
  return true;
}

std::unexpected<Error> NoRoom() {
  return Fail(ErrorCode::kUnavailable,
              "So many requests and answers are held that there is no room for this one now; nothing was changed.");
}

}  // namespace demo::request_memory
