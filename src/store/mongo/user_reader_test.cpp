#include "store/mongo/user_reader.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <latch>
#include <stdexcept>
#include <thread>
#include <vector>

namespace demo::mongo {
namespace {

using std::chrono::milliseconds;

constexpr UserReader::Options kPatient{.deadline = milliseconds(10'000)};

UserReader::Users UsersOf(std::span<const std::string> ids) {
  UserReader::Users users;
  for (const std::string& id : ids) {
    if (id != "nobody") users[id].user.user_id = id;
  }
  return users;
}

TEST(UserReader, FetchesWhatIsAskedFor) {
  UserReader reader(
      [](std::span<const std::string> ids, SteadyTime) -> Result<UserReader::Users> { return UsersOf(ids); }, kPatient);
  EXPECT_EQ(reader.Get("user_1")->user.user_id, "user_1");
  EXPECT_EQ(reader.Get("nobody").error().code, ErrorCode::kNotFound);
}

/// A fetch that can be held until the test has seen who waits.
struct HeldFetch {
  std::atomic<int> fetches = 0;
  std::atomic<int> users = 0;
  std::latch first_began{1};
  std::latch release{1};

  Result<UserReader::Users> operator()(std::span<const std::string> ids) {
    users += static_cast<int>(ids.size());
    if (fetches++ == 0) {
      first_began.count_down();
      release.wait();
    }
    return UsersOf(ids);
  }
};

TEST(UserReader, FetchesTogetherWhatCameMeanwhile) {
  constexpr int kUsers = 64;
  HeldFetch fetch;
  std::atomic<int> right = 0;
  UserReader reader([&](std::span<const std::string> ids, SteadyTime) { return fetch(ids); }, kPatient);
  const auto ask = [&](const std::string& id) { right += reader.Get(id)->user.user_id == id ? 1 : 0; };
  std::jthread first(ask, "user_0");
  fetch.first_began.wait();
  std::vector<std::jthread> others;
  std::latch started(kUsers - 1);
  for (int i = 1; i < kUsers; ++i) {
    others.emplace_back([&, i] {
      started.count_down();
      ask("user_" + std::to_string(i));
    });
  }
  started.wait();
  std::this_thread::sleep_for(milliseconds(300));  // from "started" into the queue
  fetch.release.count_down();
  others.clear();
  first.join();
  EXPECT_EQ(right, kUsers);
  EXPECT_EQ(fetch.users, kUsers);
  EXPECT_EQ(fetch.fetches, 2);
}

TEST(UserReader, TellsEachWhatWasAskedForIt) {
  HeldFetch fetch;
  UserReader reader(
      [&](std::span<const std::string> ids, SteadyTime) {
        store_work::Add(store_work::Reach::kTargeted, false);
        return fetch(ids);
      },
      kPatient);
  std::atomic<int> right = 0;
  const auto ask = [&](const std::string& id) {
    store_work::Add(store_work::Reach::kNone, true);  // something before, which stays
    (void)reader.Get(id);
    const int readers = id == "user_0" ? 1 : 7;  // the first was fetched before the others came
    right += store_work::Take() == store_work::Work{2, 1, store_work::Reach::kTargeted, readers} ? 1 : 0;
  };
  std::jthread first(ask, "user_0");
  fetch.first_began.wait();
  std::vector<std::jthread> others;
  for (int i = 1; i < 8; ++i) others.emplace_back(ask, "user_" + std::to_string(i));
  std::this_thread::sleep_for(milliseconds(300));  // into the queue
  fetch.release.count_down();
  others.clear();
  first.join();
  EXPECT_EQ(right, 8);
}

TEST(UserReader, ABurstIsFetchedOnceAndEndsWhenNobodyMoreComes) {
  int fetches = 0;
  UserReader reader(
      [&](std::span<const std::string> ids, SteadyTime) -> Result<UserReader::Users> {
        ++fetches;
        return UsersOf(ids);
      },
      {.company = milliseconds(20'000),
       .next_of_burst = milliseconds(1),
       .longest_gathering = milliseconds(30'000),
       .deadline = milliseconds(30'000)});
  const SteadyTime begun = SteadyClock::now();
  std::jthread first([&] { EXPECT_TRUE(reader.Get("user_1").has_value()); });
  std::jthread second([&] { EXPECT_TRUE(reader.Get("user_2").has_value()); });
  first.join();
  second.join();
  EXPECT_EQ(fetches, 1);
  EXPECT_LT(SteadyClock::now() - begun, milliseconds(10'000));
}

TEST(UserReader, WaitsForNobodyWhereNobodyCameOfLate) {
  UserReader reader(
      [](std::span<const std::string> ids, SteadyTime) -> Result<UserReader::Users> { return UsersOf(ids); },
      {.company = milliseconds(20'000),
       .remembered = milliseconds(0),
       .longest_gathering = milliseconds(30'000),
       .deadline = milliseconds(30'000)});
  const SteadyTime begun = SteadyClock::now();
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(reader.Get("user_1").has_value());
  EXPECT_LT(SteadyClock::now() - begun, milliseconds(10'000));
}

TEST(UserReader, ABurstThatNobodyExpectedIsGatheredAfterItsFirst) {
  HeldFetch fetch;
  UserReader reader([&](std::span<const std::string> ids, SteadyTime) { return fetch(ids); },
                    {.company = milliseconds(20'000),
                     .remembered = milliseconds(0),
                     .next_of_burst = milliseconds(500),
                     .longest_gathering = milliseconds(30'000),
                     .deadline = milliseconds(30'000)});
  const auto ask = [&](const std::string& id) { EXPECT_TRUE(reader.Get(id).has_value()); };
  std::jthread first(ask, "user_0");
  fetch.first_began.wait();
  std::jthread second(ask, "user_1");
  std::this_thread::sleep_for(milliseconds(100));  // into the queue
  fetch.release.count_down();
  first.join();
  std::jthread late(ask, "user_2");
  second.join();
  late.join();
  EXPECT_EQ(fetch.fetches, 2);
}

TEST(UserReader, GivesAFailureToAllWhoWait) {
  std::atomic<int> failed = 0;
  UserReader reader([](std::span<const std::string>,
                       SteadyTime) -> Result<UserReader::Users> { return Fail(ErrorCode::kUnavailable, "gone"); },
                    kPatient);
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 16; ++i) {
      threads.emplace_back([&] { failed += reader.Get("user_1").error().code == ErrorCode::kUnavailable ? 1 : 0; });
    }
  }
  EXPECT_EQ(failed, 16);
}

TEST(UserReader, AFailureOfOneIsNotTheOthers) {
  std::atomic<int> together = 0;
  UserReader reader(
      [&](std::span<const std::string> ids, SteadyTime) -> Result<UserReader::Users> {
        together += ids.size() > 1 ? 1 : 0;
        if (std::ranges::find(ids, "dead") != ids.end()) return Fail(ErrorCode::kUnavailable, "no primary");
        return UsersOf(ids);
      },
      {.company = milliseconds(20'000),
       .next_of_burst = milliseconds(300),
       .longest_gathering = milliseconds(30'000),
       .deadline = milliseconds(30'000)});
  const auto ask_both = [&] {
    std::jthread of_the_dead_shard([&] { EXPECT_EQ(reader.Get("dead").error().code, ErrorCode::kUnavailable); });
    std::jthread of_another([&] { EXPECT_TRUE(reader.Get("user_1").has_value()); });
  };
  ask_both();
  EXPECT_EQ(together, 1);
  ask_both();
  EXPECT_EQ(together, 1) << "who asks for itself once goes on so";
}

TEST(UserReader, AUserThatCannotBeReadIsAFailureOfThatOneAlone) {
  std::atomic<int> together = 0;
  UserReader reader(
      [&](std::span<const std::string> ids, SteadyTime) -> Result<UserReader::Users> {
        together += ids.size() > 1 ? 1 : 0;
        if (std::ranges::find(ids, "odd") != ids.end()) return Fail(ErrorCode::kInternal, "its name is no text");
        return UsersOf(ids);
      },
      {.company = milliseconds(20'000),
       .next_of_burst = milliseconds(300),
       .longest_gathering = milliseconds(30'000),
       .deadline = milliseconds(30'000)});
  for (int asked = 1; asked <= 2; ++asked) {
    {
      std::jthread of_the_odd_one([&] { EXPECT_EQ(reader.Get("odd").error().code, ErrorCode::kInternal); });
      std::jthread of_another([&] { EXPECT_TRUE(reader.Get("user_1").has_value()); });
    }
    EXPECT_EQ(together, asked) << "the next are asked for together again";
  }
}

TEST(UserReader, GivesAFetchTheTimeThatItsLeaderHas) {
  const SteadyTime begun = SteadyClock::now();
  SteadyTime given{};
  UserReader reader(
      [&](std::span<const std::string> ids, SteadyTime deadline) -> Result<UserReader::Users> {
        given = deadline;
        return UsersOf(ids);
      },
      kPatient);
  (void)reader.Get("user_1");
  EXPECT_GE(given, begun + kPatient.deadline);
  EXPECT_LE(given, SteadyClock::now() + kPatient.deadline);
}

TEST(UserReader, GoesOnAfterAFetchThatThrows) {
  int fetches = 0;
  UserReader reader(
      [&](std::span<const std::string> ids, SteadyTime) -> Result<UserReader::Users> {
        if (fetches++ == 0) throw std::runtime_error("broken");
        return UsersOf(ids);
      },
      kPatient);
  EXPECT_EQ(reader.Get("user_1").error().code, ErrorCode::kInternal);
  EXPECT_TRUE(reader.Get("user_1").has_value());
}

TEST(UserReader, WaitsNoLongerThanItsDeadline) {
  HeldFetch fetch;
  UserReader reader([&](std::span<const std::string> ids, SteadyTime) { return fetch(ids); },
                    {.deadline = milliseconds(50)});
  std::jthread first([&] { (void)reader.Get("user_1"); });
  fetch.first_began.wait();
  EXPECT_EQ(reader.Get("user_2").error().code, ErrorCode::kTimeout);
  fetch.release.count_down();
  first.join();
  EXPECT_EQ(reader.Get("user_3")->user.user_id, "user_3");
}

TEST(UserReader, ServesEveryoneUnderLoad) {
  std::atomic<int> right = 0;
  UserReader reader(
      [](std::span<const std::string> ids, SteadyTime) -> Result<UserReader::Users> { return UsersOf(ids); }, kPatient);
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 8; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < 200; ++i) {
          const std::string id = "user_" + std::to_string(t * 1000 + i);
          right += reader.Get(id)->user.user_id == id ? 1 : 0;
        }
      });
    }
  }
  EXPECT_EQ(right, 1600);
}

}  // namespace
}  // namespace demo::mongo
