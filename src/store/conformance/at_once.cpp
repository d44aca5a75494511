#include <latch>
#include <thread>

#include "store/conformance/store_conformance.h"

namespace demo {

void AtOnce(int count, const std::function<void(int)>& work) {
  std::latch start(count);
  std::vector<std::jthread> threads;
  for (int i = 0; i < count; ++i) {
    threads.emplace_back([&, i] {
      start.arrive_and_wait();
      work(i);
    });
  }
}

}  // namespace demo
