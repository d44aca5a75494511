#include "http/worker_pool.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <future>
#include <memory>
#include <set>
#include <vector>

namespace demo::http {
namespace {

TEST(WorkerPool, RunsJobsInOrder) {
  WorkerPool pool(1, 100);
  std::vector<int> order;
  std::promise<void> done;
  for (int i = 0; i < 50; ++i) {
    ASSERT_TRUE(pool.Reserve());
    pool.Post([&, i] { order.push_back(i); });
  }
  ASSERT_TRUE(pool.Reserve());
  pool.Post([&] { done.set_value(); });
  done.get_future().wait();
  for (int i = 0; i < 50; ++i) EXPECT_EQ(order[static_cast<std::size_t>(i)], i);
}

TEST(WorkerPool, RefusesWhatItHasNoPlaceFor) {
  WorkerPool pool(2, 3);
  std::promise<void> open;
  const std::shared_future<void> gate = open.get_future().share();
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(pool.Reserve()) << i;
    pool.Post([gate] { gate.wait(); });
  }
  EXPECT_FALSE(pool.Reserve());
  EXPECT_EQ(pool.busy(), pool.capacity());
  open.set_value();
  while (!pool.Reserve()) std::this_thread::yield();  // a place comes free
  pool.Post([] {});
}

TEST(WorkerPool, FewThreadsDoWhatFewCanDo) {
  WorkerPool pool(16, 1);
  std::set<pid_t> threads;
  for (int i = 0; i < 400; ++i) {
    std::promise<pid_t> thread;
    ASSERT_TRUE(pool.Reserve());
    pool.Post([&] { thread.set_value(gettid()); });
    const pid_t done = thread.get_future().get();
    if (i >= 200) threads.insert(done);  // until then threads still come, and each works once
    while (pool.busy() > 0) std::this_thread::yield();
  }
  EXPECT_LE(threads.size(), 4U) << "one after the other needs one, and the next while that one finishes";
}

TEST(WorkerPool, StepsBackBehindTheLoops) {
  WorkerPool pool(1, 1);
  std::promise<int> nice;
  ASSERT_TRUE(pool.Reserve());
  pool.Post([&] { nice.set_value(getpriority(PRIO_PROCESS, static_cast<id_t>(gettid()))); });
  const int own = getpriority(PRIO_PROCESS, static_cast<id_t>(gettid()));
  EXPECT_GT(nice.get_future().get(), own == 19 ? 18 : own);
  EXPECT_EQ(getpriority(PRIO_PROCESS, static_cast<id_t>(gettid())), own) << "of the workers alone";
}

TEST(WorkerPool, StopEndsWhatRunsAndDropsWhatWaits) {
  WorkerPool pool(1, 10);
  std::promise<void> running;
  std::promise<void> open;
  bool ended = false;
  const auto waiting = std::make_shared<bool>(false);
  ASSERT_TRUE(pool.Reserve());
  pool.Post([&] {
    running.set_value();
    open.get_future().wait();
    ended = true;
  });
  ASSERT_TRUE(pool.Reserve());
  pool.Post([waiting] { *waiting = true; });
  running.get_future().wait();
  std::jthread opener([&] {
    while (waiting.use_count() > 1) std::this_thread::yield();
    open.set_value();
  });
  pool.Stop();
  EXPECT_TRUE(ended);
  EXPECT_FALSE(*waiting);
}

}  // namespace
}  // namespace demo::http
