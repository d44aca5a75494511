#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "domain/model.h"
#include "domain/random.h"

namespace demo {

/// The two years before a day, in which some days see more trade than others: it grows, it has weeks, it has luck.
/// Pure and exact: integers only, so the same on every machine.
class Timeline {
 public:
  Timeline(std::uint64_t seed, std::chrono::sys_days end);
  /// When the event `index` of `count` happens; ascends with `index`.
  [[nodiscard]] UnixMillis At(std::int64_t index, std::int64_t count) const;

 private:
  static constexpr std::size_t kDays = 730;
  std::chrono::sys_days start_;
  std::array<std::int64_t, kDays + 1> weight_before_{};  // the trade of all days before one; the last is that of all
};

/// What one load stores: users and orders in the order of time, each a pure function of the seed and its number, so
/// that any part can be made without those before it. A few users spend most, as in life.
class LoadData {
 public:
  struct Part {
    std::vector<User> users;
    std::vector<Order> orders;  ///< Of users in this part or one before it.
  };

  /// `users` is at least 1, `orders` at least 0; `end` is the day after the last.
  LoadData(std::int64_t users, std::int64_t orders, std::uint64_t seed, std::chrono::sys_days end);

  /// Names these data, and changes when anything does that they depend on.
  [[nodiscard]] std::string Id() const;
  [[nodiscard]] std::int64_t parts() const { return parts_; }
  /// How many records the parts before `part` hold.
  [[nodiscard]] std::int64_t UsersBefore(std::int64_t part) const;
  [[nodiscard]] std::int64_t OrdersBefore(std::int64_t part) const;
  [[nodiscard]] Part Make(std::int64_t part) const;

 private:
  [[nodiscard]] std::string UserId(std::int64_t index) const;
  [[nodiscard]] User MakeUser(std::int64_t index) const;
  [[nodiscard]] Order MakeOrder(std::int64_t index) const;
  [[nodiscard]] std::int64_t PickBuyer(Random& random, std::int64_t order) const;

  std::int64_t users_;
  std::int64_t orders_;
  std::uint64_t seed_;
  std::chrono::sys_days end_;
  Timeline timeline_;
  std::int64_t parts_;
};

}  // namespace demo
