#include "http/request_metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <thread>

#include "cache/stored_response.h"
#include "http/request.h"
#include "http/response.h"

namespace demo::http {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::Pair;

constexpr std::uint16_t kUsers = 0;
constexpr std::uint16_t kOrders = 1;
const std::vector<std::string_view> kRoutes = {"/api/users", "/api/orders"};

Request MakeRequest(Method method) {
  Request request;
  request.method = method;
  return request;
}

Exchange MakeExchange(const Request& request, const Reply* reply, int status) {
  return {.request = request,
          .refused = request.method == Method::kOther,
          .reply = reply,
          .status = status,
          .bytes_sent = 100,
          .duration = 20'000};
}

/// "GET /api/users 200" and so on, with how often.
std::map<std::string, std::uint64_t> Durations(const RequestMetrics& metrics) {
  metrics::Families families;
  metrics.Collect(families);
  std::map<std::string, std::uint64_t> counts;
  EXPECT_EQ(families.at(0).name, "http_server_request_duration_seconds");
  for (const auto& metric : families.at(0).metric) {
    counts[metric.label[0].value + " " + metric.label[1].value + " " + metric.label[2].value] =
        metric.histogram.sample_count;
  }
  return counts;
}

TEST(RequestMetrics, CountByMethodRouteAndStatus) {
  RequestMetrics metrics(kRoutes);
  const Request get = MakeRequest(Method::kGet);
  const Request head = MakeRequest(Method::kHead);
  const Request post = MakeRequest(Method::kPost);
  const Reply reply;
  metrics.OnFinished(MakeExchange(get, &reply, 200), kUsers);
  metrics.OnFinished(MakeExchange(get, &reply, 200), kUsers);
  metrics.OnFinished(MakeExchange(get, &reply, 304), kUsers);
  metrics.OnFinished(MakeExchange(head, &reply, 200), kUsers);
  metrics.OnFinished(MakeExchange(post, &reply, 503), kOrders);
  metrics.OnFinished(MakeExchange(post, nullptr, 499), kOrders);
  EXPECT_THAT(Durations(metrics),
              ElementsAre(Pair("GET /api/users 200", 2), Pair("GET /api/users 304", 1), Pair("HEAD /api/users 200", 1),
                          Pair("POST /api/orders 499", 1), Pair("POST /api/orders 503", 1)));
  EXPECT_EQ(metrics.Totals().finished, 6U);
  EXPECT_EQ(metrics.Totals().server_errors, 1U);
  EXPECT_EQ(metrics.Totals().bytes_sent, 600U);
}

TEST(RequestMetrics, KnowsWhoseFaultAnErrorIs) {
  for (const int ours : {500, 502, 503, 504, 507}) EXPECT_TRUE(IsServerError(ours)) << ours;
  for (const int theirs : {200, 404, 499, 501, 505}) EXPECT_FALSE(IsServerError(theirs)) << theirs;
}

TEST(RequestMetrics, LabelsAreBoundedWhateverComes) {
  RequestMetrics metrics(kRoutes);
  const Request get = MakeRequest(Method::kGet);
  const Request unreadable = MakeRequest(Method::kOther);
  for (const int status : {200, 299, 599, 600, 0, -1, 70'000}) {
    metrics.OnFinished(MakeExchange(get, nullptr, status), kNoRoute);
    metrics.OnFinished(MakeExchange(unreadable, nullptr, status), 2);
  }
  EXPECT_THAT(Durations(metrics), ElementsAre(Pair("GET unmatched 200", 1), Pair("GET unmatched _OTHER", 6),
                                              Pair("_OTHER unmatched 200", 1), Pair("_OTHER unmatched _OTHER", 6)));
}

TEST(RequestMetrics, KnowWhatIsActive) {
  RequestMetrics metrics(kRoutes);
  const Request get = MakeRequest(Method::kGet);
  const Request unreadable = MakeRequest(Method::kOther);
  metrics.OnStarted(get);
  metrics.OnStarted(get);
  EXPECT_EQ(metrics.Totals().active, 2);
  metrics.OnFinished(MakeExchange(get, nullptr, 499), kUsers);
  metrics.OnFinished(MakeExchange(unreadable, nullptr, 400), kNoRoute);
  EXPECT_EQ(metrics.Totals().active, 1);
}

TEST(RequestMetrics, CountWhereAnswersCameFrom) {
  RequestMetrics metrics(kRoutes);
  const Request get = MakeRequest(Method::kGet);
  for (const CacheResult result : {CacheResult::kHit, CacheResult::kHit, CacheResult::kMiss, CacheResult::kNone}) {
    Reply reply;
    reply.cache = result;
    metrics.OnFinished(MakeExchange(get, &reply, 200), kUsers);
  }
  const RequestTotals totals = metrics.Totals();
  EXPECT_THAT(totals.by_cache, ElementsAre(1, 2, 1, 0, 0));
}

TEST(RequestMetrics, AnEventStreamIsNoSlowAnswer) {
  RequestMetrics metrics(kRoutes);
  const Request get = MakeRequest(Method::kGet);
  Reply stream;
  stream.event_stream = true;
  Exchange hour = MakeExchange(get, &stream, 200);
  hour.duration = 3'600'000'000'000;
  metrics.OnFinished(hour, kUsers);
  EXPECT_EQ(metrics::Quantile(metrics.Totals().durations, 1.0), 0);
  EXPECT_EQ(metrics.Totals().finished, 1U);
}

TEST(RequestMetrics, AddUpOverLoopsWhileTheyCount) {
  constexpr int kThreads = 4;
  constexpr std::uint64_t kEach = 20'000;
  RequestMetrics metrics(kRoutes);
  {
    std::vector<std::jthread> loops;
    for (int t = 0; t < kThreads; ++t) {
      loops.emplace_back([&metrics] {
        const Request get = MakeRequest(Method::kGet);
        const Reply reply;
        for (std::uint64_t i = 0; i < kEach; ++i) {
          metrics.OnStarted(get);
          metrics.OnFinished(MakeExchange(get, &reply, i % 2 == 0 ? 200 : 404), kUsers);
        }
      });
    }
    for (int i = 0; i < 50; ++i) {
      const RequestTotals totals = metrics.Totals();
      EXPECT_GE(totals.active, 0);
      EXPECT_LE(totals.active, static_cast<std::int64_t>(kThreads * kEach));
      Durations(metrics);
    }
  }
  EXPECT_THAT(Durations(metrics), Contains(Pair("GET /api/users 404", kThreads * kEach / 2)));
  EXPECT_EQ(metrics.Totals().finished, kThreads * kEach);
  EXPECT_EQ(metrics.Totals().active, 0);
}

}  // namespace
}  // namespace demo::http
