#include "base/memory_budget.h"

#include <algorithm>
#include <chrono>
#include <limits>

#include "base/clock.h"

namespace demo {
namespace {

constexpr std::chrono::nanoseconds kBetweenReliefs = std::chrono::milliseconds(20);
constexpr std::size_t kLargestStep = 64 * 1024;

}  // namespace

MemoryBudget& MemoryBudget::OfProcess() {
  static MemoryBudget budget(std::numeric_limits<std::size_t>::max());
  return budget;
}

std::size_t MemoryBudget::LimitOf(Need need) const {
  switch (need) {
    case Need::kSmall:
      return limit_;
    case Need::kLarge:
      return limit_ - limit_ / 8;
    case Need::kPatient:
      break;
  }
  return limit_ - limit_ / 4;
}

bool MemoryBudget::Take(std::size_t bytes, Need need) {
  const std::size_t limit = LimitOf(need);
  std::size_t used = used_.load(std::memory_order_relaxed);
  do {
    if (used > limit || bytes > limit - used) {
      AskForRelief();
      return false;
    }
  } while (!used_.compare_exchange_weak(used, used + bytes, std::memory_order_relaxed));
  if (IsTight()) AskForRelief();
  return true;
}

void MemoryBudget::TakeAnyway(std::size_t bytes) {
  used_.fetch_add(bytes, std::memory_order_relaxed);
  if (IsTight()) AskForRelief();
}

void MemoryBudget::AskForRelief() {
  const auto* const relieve = relieve_.load(std::memory_order_acquire);
  if (relieve == nullptr) return;
  const std::int64_t now = SteadyClock::now().time_since_epoch().count();
  std::int64_t due = next_relief_.load(std::memory_order_relaxed);
  if (now < due || !next_relief_.compare_exchange_strong(due, now + kBetweenReliefs.count())) return;
  (*relieve)();
}

bool MemoryShare::Take(std::size_t bytes, MemoryBudget::Need need) {
  if (budget_ != nullptr && !budget_->Take(bytes, need)) return false;
  bytes_ += bytes;
  return true;
}

void MemoryShare::TakeAnyway(std::size_t bytes) {
  if (budget_ != nullptr) budget_->TakeAnyway(bytes);
  bytes_ += bytes;
}

void MemoryShare::TakeFrom(MemoryShare& other, std::size_t bytes) {
  other.bytes_ -= bytes;
  bytes_ += bytes;
}

void MemoryShare::Give(std::size_t bytes) {
  if (budget_ != nullptr && bytes > 0) budget_->Give(bytes);
  bytes_ -= bytes;
}

LoopShare::LoopShare(MemoryBudget& budget)
    : step_(std::clamp<std::size_t>(budget.limit() / 256, 1, kLargestStep)), taken_(budget) {}

bool LoopShare::Take(std::size_t bytes, MemoryBudget::Need need) {
  const std::size_t left = taken_.bytes() - used_;
  if (bytes > left && !taken_.Take(std::max(bytes - left, step_), need) && !taken_.Take(bytes - left, need)) {
    return false;
  }
  used_ += bytes;
  return true;
}

void LoopShare::TakeAnyway(std::size_t bytes) {
  const std::size_t left = taken_.bytes() - used_;
  if (bytes > left) taken_.TakeAnyway(bytes - left);
  used_ += bytes;
}

void LoopShare::Give(std::size_t bytes) {
  used_ -= bytes;
  // Two steps stay, so that a request that comes and goes at their edge costs nothing.
  if (const std::size_t left = taken_.bytes() - used_; left > 2 * step_) taken_.Give(left - step_);
}

}  // namespace demo
