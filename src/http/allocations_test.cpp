#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <new>
#include <string>

#include "http/test_allocations.h"

namespace {

thread_local std::size_t allocations = 0;

void* Allocate(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}

}  // namespace

// Of the whole test program; all that they add is the count. Never inlined: with a sanitizer gcc otherwise sees a `new`
// that ends in free, and takes it for a mismatch.
[[gnu::noinline]] void* operator new(std::size_t size) { return Allocate(size); }
[[gnu::noinline]] void* operator new[](std::size_t size) { return Allocate(size); }
[[gnu::noinline]] void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  ++allocations;
  return std::malloc(size);
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete[](void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }

namespace demo::http {

std::size_t AllocationsOfThisThread() { return allocations; }

namespace {

TEST(Allocations, AreCounted) {
  const std::size_t before = AllocationsOfThisThread();
  const auto one = std::make_unique<std::string>(100, 'x');
  EXPECT_EQ(AllocationsOfThisThread(), before + 2);
}

}  // namespace
}  // namespace demo::http
