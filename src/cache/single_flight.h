#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "cache/generations.h"

namespace demo {

/// Lets many requests for the same missing answer share one read of the store.
///
/// A request may join a flight that has not begun to read yet, or one whose stamp still vouches for its data. So a
/// request that arrives after a write was acknowledged never shares a read that began before that write. Thread-safe;
/// holds its lock for a few instructions only.
template <typename Waiter>
class SingleFlight {
 public:
  class Flight {
   public:
    Flight(std::string key, const Generations::Slots& slots) : key_(std::move(key)), slots_(slots) {}
    const std::string& key() const { return key_; }

   private:
    friend class SingleFlight;
    const std::string key_;
    const Generations::Slots slots_;
    bool reading_ = false;
    Generations::Stamp stamp_;
    std::vector<Waiter> waiters_;
  };

  enum class Boarding {
    kLeads,    ///< The caller must Begin the flight, read, and Finish it.
    kJoined,   ///< The waiter is parked with the flight.
    kRefused,  ///< It would lead but may not, or too many wait already.
  };

  struct Boarded {
    Boarding boarding;
    std::shared_ptr<Flight> flight;  ///< Of a leader.
  };

  SingleFlight(const Generations& generations, std::size_t max_waiters)
      : generations_(generations), max_waiters_(max_waiters) {}

  /// Joins the flight for `key`, with the waiter that `make_waiter()` gives, or leads a new one if `may_lead()`. Both
  /// are called under the lock: they must not block.
  template <typename MakeWaiter, typename MayLead>
  Boarded Board(const std::string& key, const Generations::Slots& slots, MakeWaiter make_waiter, MayLead may_lead) {
    const std::lock_guard lock(mutex_);
    const auto found = flights_.find(key);
    if (found != flights_.end() && IsJoinable(*found->second)) {
      if (waiting_ >= max_waiters_) return {Boarding::kRefused, nullptr};
      found->second->waiters_.push_back(make_waiter());
      ++waiting_;
      return {Boarding::kJoined, nullptr};
    }
    if (!may_lead()) return {Boarding::kRefused, nullptr};
    auto flight = std::make_shared<Flight>(key, slots);
    flights_.insert_or_assign(key, flight);
    return {Boarding::kLeads, std::move(flight)};
  }

  /// The stamp under which what is read from now on may be stored.
  Generations::Stamp Begin(Flight& flight) {
    const std::lock_guard lock(mutex_);
    flight.stamp_ = generations_.Read(flight.slots_);
    flight.reading_ = true;
    return flight.stamp_;
  }

  /// Ends the flight, and hands over everyone who waited for it.
  std::vector<Waiter> Finish(Flight& flight) {
    const std::lock_guard lock(mutex_);
    const auto found = flights_.find(flight.key_);
    if (found != flights_.end() && found->second.get() == &flight) flights_.erase(found);
    waiting_ -= flight.waiters_.size();
    return std::exchange(flight.waiters_, {});
  }

 private:
  bool IsJoinable(const Flight& flight) const {
    return !flight.reading_ || generations_.Vouches(flight.stamp_, SteadyClock::now());
  }

  const Generations& generations_;
  const std::size_t max_waiters_;
  std::mutex mutex_;
  std::size_t waiting_ = 0;
  std::unordered_map<std::string, std::shared_ptr<Flight>> flights_;
};

}  // namespace demo
