#include "service/topology_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <thread>

namespace demo {
namespace {

using Kind = TopologyEvent::Kind;
using Role = Topology::Role;
using testing::ElementsAre;
using testing::IsEmpty;

Topology::ReplicaSet SetOf(const std::vector<Role>& roles) {
  Topology::ReplicaSet set{"rs", {}};
  for (const Role role : roles) set.members.push_back({"m" + std::to_string(set.members.size()), role, {}});
  return set;
}

Topology WithSet(const std::vector<Role>& roles) {
  Topology topology;
  topology.replica_set = SetOf(roles);
  return topology;
}

Topology WithShards(const std::vector<std::int64_t>& chunks) {
  Topology topology;
  topology.shard_list.emplace();
  for (const std::int64_t count : chunks) {
    const std::string name = "shard" + std::to_string(topology.shard_list->size());
    topology.shard_list->push_back({name, SetOf({Role::kPrimary}), {{"users", count, {}}, {"orders", 1, {}}}});
  }
  return topology;
}

TEST(EventsBetween, NoticesANewPrimary) {
  const auto before = WithSet({Role::kPrimary, Role::kSecondary});
  const auto between = WithSet({Role::kDown, Role::kSecondary});
  const auto after = WithSet({Role::kDown, Role::kPrimary});
  EXPECT_THAT(EventsBetween(before, before, 1), IsEmpty());
  EXPECT_THAT(EventsBetween(before, between, 1),
              ElementsAre(TopologyEvent{Kind::kNoPrimary, 1, "rs"}, TopologyEvent{Kind::kMemberDown, 1, "rs", "m0"}));
  EXPECT_THAT(EventsBetween(between, after, 2), ElementsAre(TopologyEvent{Kind::kPrimary, 2, "rs", "m1"}));
  EXPECT_THAT(EventsBetween(after, WithSet({Role::kSecondary, Role::kPrimary}), 3),
              ElementsAre(TopologyEvent{Kind::kMemberUp, 3, "rs", "m0"}));
}

TEST(EventsBetween, MakesNothingOfWhatIsUnknown) {
  const auto unknown = WithSet({Role::kUnknown, Role::kSecondary});
  EXPECT_THAT(EventsBetween(WithSet({Role::kPrimary, Role::kSecondary}), unknown, 1), IsEmpty());
  EXPECT_THAT(EventsBetween(unknown, WithSet({Role::kSecondary, Role::kPrimary}), 1), IsEmpty());
  EXPECT_THAT(EventsBetween(WithShards({1}), Topology{}, 1), IsEmpty());
}

TEST(EventsBetween, NoticesShardsAndChunks) {
  EXPECT_THAT(EventsBetween(WithShards({4}), WithShards({4, 0}), 1),
              ElementsAre(TopologyEvent{Kind::kShardAdded, 1, "shard1"}));
  EXPECT_THAT(
      EventsBetween(WithShards({4, 0}), WithShards({3, 1}), 1),
      ElementsAre(TopologyEvent{Kind::kChunks, 1, "shard0", "", 4}, TopologyEvent{Kind::kChunks, 1, "shard1", "", 2}));
}

TEST(EventsBetween, NoticesRouters) {
  Topology before;
  before.routers = {{"a", "", {}}, {"b", "", {}}};
  Topology after;
  after.routers = {{"b", "", {}}, {"c", "", {}}};
  EXPECT_THAT(EventsBetween(before, after, 1),
              ElementsAre(TopologyEvent{Kind::kRouterCame, 1, "", "c"}, TopologyEvent{Kind::kRouterGone, 1, "", "a"}));
}

TEST(EventsBetween, NoticesARouterThatFellSilent) {
  const auto with = [](std::optional<std::chrono::milliseconds> silence, std::optional<bool> answers) {
    Topology topology;
    topology.routers = {{"a", "", silence, answers}};
    return topology;
  };
  using std::chrono::seconds;
  EXPECT_THAT(EventsBetween(with(seconds(1), true), with(seconds(2), false), 1),
              ElementsAre(TopologyEvent{Kind::kRouterGone, 1, "", "a"}));
  EXPECT_THAT(EventsBetween(with(seconds(1), {}), with(seconds(31), {}), 1),
              ElementsAre(TopologyEvent{Kind::kRouterGone, 1, "", "a"}));
  EXPECT_THAT(EventsBetween(with(seconds(31), {}), with(seconds(300), {}), 1), IsEmpty());
  EXPECT_THAT(EventsBetween(with(seconds(31), {}), Topology{}, 1), IsEmpty()) << "it was gone before";
  EXPECT_THAT(EventsBetween(with(seconds(31), {}), with(seconds(1), {}), 1),
              ElementsAre(TopologyEvent{Kind::kRouterCame, 1, "", "a"}));
  EXPECT_THAT(EventsBetween(with(seconds(1), true), with({}, {}), 1), IsEmpty()) << "nobody can tell";
}

TEST(EventsBetween, NoticesInstances) {
  using Hosts = std::vector<Host>;
  EXPECT_THAT(EventsBetween(Hosts{{"a", ""}}, Hosts{{"a", "renewed"}}, 1), IsEmpty());
  EXPECT_THAT(
      EventsBetween(Hosts{{"a", ""}}, Hosts{{"a", "", true}, {"b", ""}}, 1),
      ElementsAre(TopologyEvent{Kind::kInstanceDrains, 1, "", "a"}, TopologyEvent{Kind::kInstanceCame, 1, "", "b"}));
  EXPECT_THAT(EventsBetween(Hosts{{"a", "", true}}, Hosts{}, 1),
              ElementsAre(TopologyEvent{Kind::kInstanceGone, 1, "", "a"}));
}

TEST(EventsBetween, NoticesAnInstanceThatFellSilent) {
  const auto with = [](int seconds) { return std::vector<Host>{{"a", "", false, std::chrono::seconds(seconds)}}; };
  EXPECT_THAT(EventsBetween(with(9), with(11), 1), IsEmpty());
  EXPECT_THAT(EventsBetween(with(11), with(12), 1), ElementsAre(TopologyEvent{Kind::kInstanceSilent, 1, "", "a"}));
  EXPECT_THAT(EventsBetween(with(12), with(13), 1), IsEmpty());
  EXPECT_THAT(EventsBetween(with(59), with(0), 1), ElementsAre(TopologyEvent{Kind::kInstanceHeard, 1, "", "a"}));
  EXPECT_THAT(EventsBetween(with(59), std::vector<Host>{}, 1),
              ElementsAre(TopologyEvent{Kind::kInstanceGone, 1, "", "a"}));
}

bool Becomes(const std::function<bool()>& condition) {
  for (int i = 0; i < 5000 && !condition(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  return condition();
}

TEST(TopologyWatch, RemembersWhatHappenedAndWhatItLastSaw) {
  std::atomic<int> stage = 0;
  TopologyWatch watch(
      [&]() -> Result<Topology> {
        if (stage == 1) return Fail(ErrorCode::kUnavailable, "away");
        return stage == 0 ? WithSet({Role::kPrimary, Role::kSecondary}) : WithSet({Role::kSecondary, Role::kPrimary});
      },
      std::chrono::milliseconds(1));
  EXPECT_TRUE(Becomes([&] { return watch.Current().current; }));
  stage = 1;
  EXPECT_TRUE(Becomes([&] { return !watch.Current().current; }));
  EXPECT_TRUE(watch.Current().what.has_value());
  stage = 2;
  EXPECT_TRUE(Becomes([&] { return watch.Events().size() == 3; }));
  const auto events = watch.Events();
  EXPECT_EQ(events[0].kind, Kind::kPrimary);
  EXPECT_EQ(events[0].who, "m1");
  EXPECT_EQ(events[1].kind, Kind::kReachable);
  EXPECT_EQ(events[2].kind, Kind::kUnreachable);
}

TEST(HostsWatch, LetsWhatWasReadGrowOlder) {
  const auto read = std::chrono::seconds(7);
  HostsWatch watch([&] { return std::vector<Host>{{"a", "", false, read}}; }, std::chrono::hours(1));
  ASSERT_TRUE(Becomes([&] { return watch.Current().what.has_value(); }));
  const auto silence = [&] { return watch.Current().what->front().silence; };
  EXPECT_TRUE(Becomes([&] { return silence() > read; }));
  EXPECT_GE(silence(), read);
}

TEST(TopologyWatch, BeginsNoLookAfterTheEnd) {
  std::atomic<int> looks = 0;
  std::atomic<bool> goes_on = false;
  {
    TopologyWatch watch(
        [&]() -> Result<Topology> {
          ++looks;
          Becomes([&] { return goes_on.load(); });
          return Topology();
        },
        std::chrono::milliseconds(1));
    EXPECT_TRUE(Becomes([&] { return looks == 1; }));
    watch.EndLooks();
    goes_on = true;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  EXPECT_EQ(looks, 1);
}

TEST(TopologyWatch, KeepsABoundedNumberOfEvents) {
  std::atomic<int> looks = 0;
  TopologyWatch watch([&] { return WithShards({++looks}); }, std::chrono::milliseconds(0));
  EXPECT_TRUE(Becomes([&] { return looks > 200; }));
  EXPECT_EQ(watch.Events().size(), TopologyWatch::kMaxEvents);
}

}  // namespace
}  // namespace demo
