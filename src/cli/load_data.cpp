#include "cli/load_data.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/ulid.h"
#include "domain/random_data.h"

namespace demo {
namespace {

__extension__ using Wide = __int128;

// A part is one transaction: large enough that its fsync costs nothing beside it, small enough to end in well under a
// second, since service and Ctrl-C wait for it.
constexpr std::int64_t kPartRecords = 50'000;
constexpr int kFormat = 1;  // to be raised when the same options come to make other data
constexpr std::int64_t kDayMillis = 86'400'000;

enum Stream : std::uint64_t { kUserStream = 1, kUserIdStream, kBuyerWeightStream, kOrderStream, kDayStream };

/// A generator of its own for each record.
Random RandomOf(std::uint64_t seed, Stream stream, std::int64_t index) {
  Random mixed(seed ^ (stream << 56));
  return Random(mixed.Next() + static_cast<std::uint64_t>(index) * 0xD1B54A32D192ED03);
}

std::int64_t Share(std::int64_t whole, std::int64_t numerator, std::int64_t denominator) {
  return static_cast<std::int64_t>(static_cast<Wide>(whole) * numerator / denominator);
}

}  // namespace

Timeline::Timeline(std::uint64_t seed, std::chrono::sys_days end)
    : start_(end - std::chrono::days(static_cast<std::int64_t>(kDays))) {
  constexpr std::array<std::int64_t, 7> kSundayToSaturday = {60, 95, 90, 95, 105, 130, 110};
  for (std::size_t day = 0; day < kDays; ++day) {
    const auto number = static_cast<std::int64_t>(day);
    const std::chrono::weekday weekday(start_ + std::chrono::days(number));
    const std::int64_t growth = 400 + number;  // the last day sees almost three times the first
    const auto luck = 85 + static_cast<std::int64_t>(RandomOf(seed, kDayStream, number).Below(31));
    weight_before_[day + 1] = weight_before_[day] + growth * kSundayToSaturday[weekday.c_encoding()] * luck;
  }
}

UnixMillis Timeline::At(std::int64_t index, std::int64_t count) const {
  // The weights add up to about 6 * 10^9; the shift keeps milliseconds within a day exact enough.
  constexpr int kShift = 20;
  const Wide target = (static_cast<Wide>(weight_before_.back()) << kShift) * index / count;
  const auto next = std::upper_bound(weight_before_.begin() + 1, weight_before_.end() - 1,
                                     static_cast<std::int64_t>(target >> kShift));
  const std::int64_t before = *(next - 1);
  const Wide weight = static_cast<Wide>(*next - before) << kShift;
  const auto in_day = static_cast<std::int64_t>((target - (static_cast<Wide>(before) << kShift)) * kDayMillis / weight);
  const auto day = start_.time_since_epoch().count() + (next - 1 - weight_before_.begin());
  return day * kDayMillis + in_day;
}

LoadData::LoadData(std::int64_t users, std::int64_t orders, std::uint64_t seed, std::chrono::sys_days end)
    : users_(users),
      orders_(orders),
      seed_(seed),
      end_(end),
      timeline_(seed, end),
      parts_((users + orders + kPartRecords - 1) / kPartRecords) {}

std::string LoadData::Id() const {
  return fmt::format("load-{} users={} orders={} seed={} end-day={}", kFormat, users_, orders_, seed_,
                     end_.time_since_epoch().count());
}

/// Rounded up, so that the first user is there before the first order.
std::int64_t LoadData::UsersBefore(std::int64_t part) const {
  return static_cast<std::int64_t>((static_cast<Wide>(users_) * part + parts_ - 1) / parts_);
}

std::int64_t LoadData::OrdersBefore(std::int64_t part) const { return Share(orders_, part, parts_); }

LoadData::Part LoadData::Make(std::int64_t part) const {
  Part made;
  const std::int64_t users_end = UsersBefore(part + 1);
  for (std::int64_t i = UsersBefore(part); i < users_end; ++i) made.users.push_back(MakeUser(i));
  const std::int64_t orders_end = OrdersBefore(part + 1);
  made.orders.reserve(static_cast<std::size_t>(orders_end - OrdersBefore(part)));
  for (std::int64_t i = OrdersBefore(part); i < orders_end; ++i) made.orders.push_back(MakeOrder(i));
  return made;
}

std::string LoadData::UserId(std::int64_t index) const {
  Random random = RandomOf(seed_, kUserIdStream, index);
  const std::uint64_t high = random.Next();
  return "user_" + FormatUlid(timeline_.At(index, users_), high, random.Next());
}

User LoadData::MakeUser(std::int64_t index) const {
  Random random = RandomOf(seed_, kUserStream, index);
  NewUser person = MakeRandomUser(random);
  return {UserId(index),
          std::move(person.name),
          std::move(person.email),
          std::move(person.country),
          timeline_.At(index, users_),
          1};
}

Order LoadData::MakeOrder(std::int64_t index) const {
  Random random = RandomOf(seed_, kOrderStream, index);
  const UnixMillis at = timeline_.At(index, orders_);
  const std::uint64_t high = random.Next();
  std::string order_id = "order_" + FormatUlid(at, high, random.Next());
  const Money amount = MakeRandomAmount(random);
  return {std::move(order_id), UserId(PickBuyer(random, index)), "", amount, at};
}

/// A user who exists by then, each as likely as its own weight says. The weights 1 / (1 + 255 x) of even x in [0, 1)
/// are a Pareto distribution cut at 256: a fifth of the users place about 70 % of the orders. Drawn by rejection, which
/// needs no table and no floating point.
std::int64_t LoadData::PickBuyer(Random& random, std::int64_t order) const {
  const auto existing = static_cast<std::uint64_t>(std::max<std::int64_t>(1, Share(users_, order, orders_)));
  constexpr int kTries = 2000;  // 46 on average
  std::int64_t buyer = 0;
  for (int i = 0; i < kTries; ++i) {
    buyer = static_cast<std::int64_t>(random.Below(existing));
    constexpr std::uint64_t kOne = 1 << 24;
    const std::uint64_t x = RandomOf(seed_, kBuyerWeightStream, buyer).Below(kOne);
    if (random.Below(kOne) * (kOne + 255 * x) < kOne * kOne) break;
  }
  return buyer;
}

}  // namespace demo
