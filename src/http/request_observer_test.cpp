#include "http/request_observer.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "base/log.h"
#include "http/request.h"
#include "http/response.h"
#include "http/test_allocations.h"

namespace demo::http {
namespace {

const std::vector<std::string_view> kRoutes = {"/api/users", "/api/users/{user_id}"};

TEST(RequestObserver, ARequestCostsNoAllocation) {
  const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  log::Start({.format = log::Format::kJson, .fd = nowhere});
  {
    RequestMetrics metrics(kRoutes);
    AccessLog access_log(kRoutes, {.ring_records = 256});
    RequestObserver observer(metrics, &access_log);
    Request request;
    request.path = "/api/users/user_01KBXH6B9QZJ5W3N8V7T2M4R6P";
    request.traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    Reply reply;
    reply.cache = CacheResult::kHit;
    const auto serve = [&] {
      observer.OnStarted(request);
      observer.OnFinished({request, false, &reply, 200, 380, 20'000}, 1);
    };
    serve();
    const std::size_t before = AllocationsOfThisThread();
    for (int i = 0; i < 10'000; ++i) serve();
    EXPECT_EQ(AllocationsOfThisThread(), before);
    EXPECT_EQ(metrics.Totals().finished, 10'001U);
  }
  log::Stop(std::chrono::seconds(5));
  ::close(nowhere);
}

TEST(RequestObserver, AFaultIsToldInTheLogWithItsRequest) {
  const std::string name = testing::TempDir() + "request_observer_test_" + std::to_string(::getpid());
  const int file = ::open(name.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  ::unlink(name.c_str());
  log::Start({.format = log::Format::kJson, .fd = file});
  RequestMetrics metrics(kRoutes);
  RequestObserver observer(metrics, nullptr);
  Request request;
  request.path = "/api/users";
  request.id = 0xBEEF;
  observer.OnFault(request, "vector::at");
  log::Stop(std::chrono::seconds(5));

  std::string text(4096, '\0');
  const ssize_t size = ::pread(file, text.data(), text.size(), 0);
  ::close(file);
  ASSERT_GT(size, 0);
  text.resize(static_cast<std::size_t>(size));
  EXPECT_THAT(text, testing::HasSubstr(R"("level":"error","message":"fault while handling a request",)"
                                       R"("cause":"vector::at","method":"GET","path":"/api/users",)"
                                       R"("request_id":"000000000000beef"})"));
}

}  // namespace
}  // namespace demo::http
