#include "store/mongo/member_roles.h"

#include <gtest/gtest.h>

#include "store/mongo/topology.h"

namespace demo::mongo {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Role = Topology::Role;

constexpr SteadyTime kStart{std::chrono::hours(1)};

/// As a router has it.
Topology::ReplicaSet Believed() {
  return {"rs", {{"a:1", Role::kPrimary, {}}, {"b:2", Role::kSecondary, {}}, {"c:3", Role::kSecondary, {}}}};
}

std::vector<Role> RolesOf(const Topology::ReplicaSet& set) {
  std::vector<Role> roles;
  for (const auto& member : set.members) roles.push_back(member.role);
  return roles;
}

TEST(MemberRoles, WhatAMemberSaysCounts) {
  MemberRoles roles;
  auto set = Believed();
  roles.Merge(std::vector<MemberAnswer>{{"a:1", Role::kSecondary, {}}, {"b:2", Role::kPrimary, {}}}, kStart, set);
  EXPECT_EQ(RolesOf(set), (std::vector{Role::kSecondary, Role::kPrimary, Role::kSecondary}));
}

TEST(MemberRoles, WhoFellSilentIsDownWhateverOthersBelieve) {
  MemberRoles roles;
  auto set = Believed();
  roles.Merge(std::vector<MemberAnswer>{{"a:1", Role::kPrimary, {}}}, kStart, set);
  set = Believed();
  roles.Merge({}, kStart + seconds(1), set);
  EXPECT_EQ(RolesOf(set), (std::vector{Role::kDown, Role::kSecondary, Role::kSecondary}));
  set = Believed();
  roles.Merge({}, kStart + seconds(61), set);
  EXPECT_EQ(set.members[0].role, Role::kPrimary) << "it cannot be asked from here, and others have asked it since";
}

TEST(MemberRoles, WhereNobodyCanBeAskedTheOthersWordStands) {
  MemberRoles roles;
  auto set = Believed();
  roles.Merge({}, kStart, set);
  EXPECT_EQ(RolesOf(set), RolesOf(Believed()));
  EXPECT_EQ(set.members[1].lag, std::nullopt);
}

TEST(MemberRoles, ASecondaryIsBehindWhatItsPrimaryHadBefore) {
  MemberRoles roles;
  const auto lag = [&](UnixMillis primary, UnixMillis secondary) {
    auto set = Believed();
    const std::vector<MemberAnswer> answers{{"b:2", Role::kSecondary, secondary}, {"a:1", Role::kPrimary, primary}};
    roles.Merge(answers, kStart, set);
    EXPECT_EQ(set.members[0].lag, std::nullopt) << "a primary follows nobody";
    return set.members[1].lag;
  };
  EXPECT_EQ(lag(50'000, 20'000), std::nullopt) << "nobody knows what the primary had before";
  EXPECT_EQ(lag(90'000, 20'000), milliseconds(30'000));
  EXPECT_EQ(lag(95'000, 90'000), milliseconds(0)) << "it has what the primary had";
}

TEST(ToAnswer, ReadsWhatAMemberSaysOfItself) {
  const auto role = [](const char* hello) { return ToAnswer("a:1", Document::FromJson(hello).view()).role; };
  EXPECT_EQ(role(R"({"setName":"rs","ismaster":true,"secondary":false})"), Role::kPrimary);
  EXPECT_EQ(role(R"({"setName":"rs","isWritablePrimary":true,"secondary":false})"), Role::kPrimary);
  EXPECT_EQ(role(R"({"setName":"rs","ismaster":false,"secondary":true})"), Role::kSecondary);
  EXPECT_EQ(role(R"({"setName":"rs","ismaster":false,"secondary":false,"arbiterOnly":true})"), Role::kArbiter);
  EXPECT_EQ(role(R"({"setName":"rs","ismaster":false,"secondary":false})"), Role::kStarting);
  const auto hello = Document::FromJson(R"({"secondary":true,"lastWrite":{"lastWriteDate":{"$date":17}}})");
  EXPECT_EQ(ToAnswer("a:1", hello.view()).last_write, 17);
}

}  // namespace
}  // namespace demo::mongo
