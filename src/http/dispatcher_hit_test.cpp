#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "http/dispatcher.h"
#include "http/test_allocations.h"

namespace demo::http {
namespace {

class Counter final : public Observer {
 public:
  void OnStarted(const Request&) override {}
  void OnFinished(const Exchange&, std::uint16_t) override {}
  void OnFault(const Request&, std::string_view) override {}
};

TEST(DispatcherHit, AllocatesNothing) {
  const std::vector<Route> routes = {{Method::kGet, "/api/users", nullptr, Cached{std::chrono::seconds(30), {}}}};
  ResponseCache cache;
  Counter observer;
  char none = 0;  // A hit touches neither.
  Dispatcher dispatcher(routes, cache, reinterpret_cast<Services&>(none), {.workers = 1}, &observer);

  Generations::Slots slots;
  slots.Add(Generations::SlotOf(Tag::kAll));
  auto stored = std::make_shared<StoredResponse>();
  stored->body = std::string(20'000, 'x');
  Request request;
  request.target = request.path = "/api/users?limit=100&cursor=01KBXH6B9QZJ5W3N8V7T2M4R6P";
  request.received_at = SteadyClock::now();
  ASSERT_TRUE(cache.Store({request.target}, stored, cache.generations().Read(slots), std::chrono::seconds(30),
                          request.received_at));

  const auto ask = [&] { return dispatcher.OnRequest(request, reinterpret_cast<Connection&>(none)); };
  EXPECT_TRUE(ask());
  const std::size_t before = AllocationsOfThisThread();
  for (int i = 0; i < 100; ++i) {
    const auto reply = ask();
    if (!reply || reply->response != stored) FAIL();
  }
  EXPECT_EQ(AllocationsOfThisThread(), before);
}

}  // namespace
}  // namespace demo::http
