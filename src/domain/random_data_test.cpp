#include "domain/random_data.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "domain/sample_data.h"
#include "domain/validation.h"

namespace demo {
namespace {

TEST(Random, IsTheSameOnEveryMachine) {
  Random random(0);
  EXPECT_EQ(random.Next(), 0xE220A8397B1DCDAFu);  // the first value that the authors of SplitMix64 publish for seed 0
  EXPECT_EQ(random.Next(), 0x6E789E6AA1B965F4u);
}

TEST(Random, StaysBelowItsBound) {
  Random random(7);
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(random.Below(10));
  EXPECT_EQ(seen.size(), 10u);
  EXPECT_EQ(*seen.rbegin(), 9u);
  EXPECT_EQ(random.Below(1), 0u);
}

TEST(RandomData, MakesValidPeopleOfManyCountries) {
  Random random(1);
  std::set<std::string> countries;
  for (int i = 0; i < 5000; ++i) {
    const NewUser user = MakeRandomUser(random);
    EXPECT_TRUE(Validate(user).has_value()) << user.name << " " << user.email;
    countries.insert(user.country);
  }
  EXPECT_GT(countries.size(), 25u);
}

TEST(RandomData, SpellsNamesOutInAddresses) {
  const std::map<std::string, std::string> spelt{
      {"Käthe Köhler", "kaethe.koehler"},      {"Jürgen Weiß", "juergen.weiss"},
      {"Søren Øvergård", "soeren.oevergaard"}, {"Łukasz Wiśniewski", "lukasz.wisniewski"},
      {"Grace O'Connor", "grace.oconnor"},     {"Conceição Magalhães", "conceicao.magalhaes"},
      {"Íñigo Núñez", "inigo.nunez"}};
  std::set<std::string> seen;
  Random random(1);
  for (int i = 0; i < 50'000; ++i) {
    const NewUser user = MakeRandomUser(random);
    const auto expected = spelt.find(user.name);
    if (expected == spelt.end()) continue;
    EXPECT_TRUE(user.email.starts_with(expected->second)) << user.name << " " << user.email;
    seen.insert(user.name);
  }
  EXPECT_EQ(seen.size(), spelt.size());
}

TEST(RandomData, LosesNoLetterThatHasAnAccent) {
  Random random(2);
  for (int i = 0; i < 20'000; ++i) {
    const NewUser user = MakeRandomUser(random);
    const auto letters =
        std::ranges::count_if(user.email.substr(0, user.email.find('@')), [](char c) { return c >= 'a' && c <= 'z'; });
    // Whoever writes in another script is a customer.
    if (user.email.starts_with("customer")) continue;
    const auto characters =
        std::ranges::count_if(user.name, [](char c) { return (c & 0xC0) != 0x80 && c != ' ' && c != '\''; });
    EXPECT_GE(letters, characters) << user.name << " " << user.email;
  }
}

TEST(RandomData, MakesSkewedAmountsWithinTheirRange) {
  Random random(1);
  std::int64_t sum = 0;
  for (int i = 0; i < 10'000; ++i) {
    const Money amount = MakeRandomAmount(random);
    EXPECT_GE(amount.cents(), 100);
    EXPECT_LT(amount.cents(), 50'100);
    sum += amount.cents();
  }
  EXPECT_NEAR(static_cast<double>(sum) / 10'000, 12'600, 500) << "half of what even amounts would be";
}

TEST(RandomData, HasANewSeedEachTime) { EXPECT_NE(NewRandom().Next(), NewRandom().Next()); }

TEST(SampleData, IsTheOneThatIsDocumented) {
  const SampleData data = MakeSampleData(1'700'000'000'000);
  ASSERT_EQ(data.users.size(), 5u);
  ASSERT_EQ(data.orders.size(), 4u);
  EXPECT_EQ(data.users[0], (User{"user_1", "Alice Dupont", "alice@ecam.be", "France", std::nullopt, std::nullopt}));
  EXPECT_EQ(data.orders[3].amount.ToString(), "120.50");
  EXPECT_EQ(data.orders[0].amount + data.orders[1].amount, Money::FromCents(12025));
  for (const Order& order : data.orders) EXPECT_LE(order.created_at, 1'700'000'000'000);
}

}  // namespace
}  // namespace demo
