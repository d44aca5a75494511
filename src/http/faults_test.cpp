#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <stdexcept>
#include <thread>

#include "http/alarm_thread.h"
#include "http/batch_thread.h"
#include "http/event_loop.h"
#include "http/test_server.h"
#include "http/worker_pool.h"

// What the engine's threads run throws. The process lives, and each thread goes on.
namespace demo::http {
namespace {

[[noreturn]] void Break() { throw std::runtime_error("broken"); }

TEST(Faults, AJobThatThrowsEndsAlone) {
  WorkerPool pool(1, 4);
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(pool.Reserve());
    pool.Post(Break);
  }
  std::promise<void> done;
  ASSERT_TRUE(pool.Reserve());
  pool.Post([&] { done.set_value(); });
  done.get_future().wait();
  while (pool.busy() > 0) std::this_thread::yield();  // none of them kept its place
}

TEST(Faults, ABatchThatThrowsEndsAlone) {
  std::promise<int> last;
  BatchThread<int> thread("batch", 1, [&](const std::vector<int>& batch) {
    if (batch.front() < 3) Break();
    last.set_value(batch.front());
  });
  for (int i = 0; i < 4; ++i) thread.Add(i);
  EXPECT_EQ(last.get_future().get(), 3);
  thread.Stop();
}

TEST(Faults, ALookThatThrowsIsRepeated) {
  std::atomic<int> looks{0};
  std::promise<void> looked;
  AlarmThread<int> thread("alarm", std::chrono::milliseconds(1), [&](int) -> bool {
    if (++looks < 3) Break();
    looked.set_value();
    return false;
  });
  thread.Add(1);
  looked.get_future().wait();
  thread.Stop();
}

TEST(Faults, ATaskOfALoopThatThrowsEndsAlone) {
  EventLoop loop;
  loop.Post(Break);
  loop.Post([&loop] { loop.Quit(); });
  loop.Run();
}

}  // namespace
}  // namespace demo::http
