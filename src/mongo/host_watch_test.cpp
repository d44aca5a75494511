#include "mongo/host_watch.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include "mongo/uri.h"

namespace demo::mongo {
namespace {

using std::chrono::milliseconds;

/// Gives one answer a look, the last one for ever, and notes after which look it was told of new hosts.
class Script {
 public:
  explicit Script(std::vector<Result<HostNames>> answers) : answers_(std::move(answers)) {}

  Result<HostNames> Look() {
    const std::lock_guard lock(mutex_);
    const std::size_t number = looks_++;
    changed_.notify_all();
    return answers_[std::min(number, answers_.size() - 1)];
  }
  bool Told() {
    const std::lock_guard lock(mutex_);
    told_after_.push_back(looks_);
    return told_after_.size() > refused_;
  }
  /// Which looks it was told after, once all answers were given and one more. The first `refused` it did not take.
  std::vector<std::size_t> TellsOf(HostNames known, std::size_t refused = 0) {
    refused_ = refused;
    const HostWatch watch(std::move(known), milliseconds(1), [this] { return Look(); }, [this] { return Told(); });
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(changed_.wait_for(lock, std::chrono::seconds(20), [this] { return looks_ > answers_.size() + 1; }));
    return told_after_;
  }

 private:
  const std::vector<Result<HostNames>> answers_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t looks_ = 0;
  std::size_t refused_ = 0;
  std::vector<std::size_t> told_after_;
};

using Tells = std::vector<std::size_t>;

TEST(HostWatch, TellsOfAHostThatIsNew) {
  EXPECT_EQ(Script({HostNames{"a"}, HostNames{"a", "b"}, HostNames{"a", "b"}}).TellsOf({"a"}), Tells{2});
}

TEST(HostWatch, SaysNothingWhenOneIsGone) {
  EXPECT_EQ(Script({HostNames{"a"}, HostNames{}}).TellsOf({"a", "b"}), Tells{});
}

TEST(HostWatch, OneThatComesBackIsNew) {
  EXPECT_EQ(Script({HostNames{"a"}, HostNames{"a", "b"}}).TellsOf({"a", "b"}), Tells{2});
}

TEST(HostWatch, AllReplacedAtOnceAreNew) { EXPECT_EQ(Script({HostNames{"c", "d"}}).TellsOf({"a", "b"}), Tells{1}); }

TEST(HostWatch, ALookThatFailsChangesNothing) {
  const auto fails = Result<HostNames>(Fail(ErrorCode::kUnavailable, "no name server"));
  EXPECT_EQ(Script({fails, HostNames{"a"}, fails, HostNames{"a", "b"}}).TellsOf({"a"}), Tells{4});
}

TEST(HostWatch, TellsAgainWhatWasNotTaken) {
  EXPECT_EQ(Script({HostNames{"a", "b"}}).TellsOf({"a"}, 1), (Tells{1, 2}));
}

TEST(HostWatch, EndsBetweenTwoLooks) {
  std::atomic<int> looks = 0;
  {
    const HostWatch watch({}, std::chrono::hours(1), [&] { return ++looks, HostNames{}; }, [] { return true; });
  }
  EXPECT_EQ(looks, 0);
}

TEST(LookUpHosts, GivesThoseOfTheUriWithoutAskingThem) {
  const auto uri = ReadUri("mongodb://one.invalid:27018,two.invalid/");
  ASSERT_TRUE(uri);
  EXPECT_EQ(LookUpHosts(uri->get()), (HostNames{"one.invalid:27018", "two.invalid:27017"}));
}

TEST(LookUpHosts, FailsWhereANameIsUnknown) {
  const auto uri = ReadUri("mongodb+srv://routers.cluster.invalid/");
  ASSERT_TRUE(uri);
  const auto hosts = LookUpHosts(uri->get());
  ASSERT_FALSE(hosts);
  EXPECT_EQ(hosts.error().code, ErrorCode::kUnavailable);
  EXPECT_TRUE(hosts.error().message.contains("routers.cluster.invalid")) << hosts.error().message;
}

TEST(HostWatch, GoesOnAfterALookThatThrows) {
  std::atomic<int> looks{0};
  std::atomic<int> told{0};
  const HostWatch watch(
      {"a:1"}, milliseconds(1),
      [&]() -> Result<HostNames> {
        if (++looks < 3) throw std::runtime_error("broken");
        return HostNames{"b:1"};
      },
      [&]() -> bool {
        if (++told < 3) throw std::runtime_error("broken");
        return true;
      });
  while (told < 3) std::this_thread::yield();
}

}  // namespace
}  // namespace demo::mongo
