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
    // Under the SingleFlight's mutex.
    bool reading_ = false;
    Generations::Stamp stamp_;
    std::vector<Waiter> waiters_;
  };

  enum class Boarding {
    kLeads,    ///< The waiter is parked with a flight of its own, which the caller must Begin, read for, and Finish.
    kJoined,   ///< The waiter is parked with the flight.
    kRefused,  ///< It may not do what it would.
  };

  struct Boarded {
    Boarding boarding;
    std::shared_ptr<Flight> flight;  ///< Of a leader.
  };

  explicit SingleFlight(const Generations& generations) : generations_(generations) {}

  /// Parks the waiter that `make_waiter()` gives with the flight for `key` if `may_join(waiting)`, of how many wait for
  /// all flights; or with a new one if `may_lead()`. All are called under the lock: they must not block.
  template <typename MakeWaiter, typename MayLead, typename MayJoin>
  Boarded Board(const std::string& key, const Generations::Slots& slots, MakeWaiter make_waiter, MayLead may_lead,
                MayJoin may_join) {
    const std::lock_guard lock(mutex_);
    const auto found = flights_.find(key);
    const bool joins = found != flights_.end() && IsJoinable(*found->second);
    if (joins ? !may_join(waiting_) : !may_lead()) return {Boarding::kRefused, nullptr};
    auto flight = joins ? found->second : std::make_shared<Flight>(key, slots);
    flight->waiters_.push_back(make_waiter());
    ++waiting_;
    if (joins) return {Boarding::kJoined, nullptr};
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

  /// Ends the flight, and hands over everyone who waited for it, its leader first.
  std::vector<Waiter> Finish(Flight& flight) {
    const std::lock_guard lock(mutex_);
    const auto found = flights_.find(flight.key_);
    if (found != flights_.end() && found->second.get() == &flight) flights_.erase(found);
    return Unpark(flight);
  }

  /// Hands over everyone who waits for the flight by now, if `has_answer()`, which is called under the lock and must
  /// not block: no one boards between its look and their leaving. The flight goes on, and may be joined.
  template <typename HasAnswer>
  std::vector<Waiter> Release(Flight& flight, HasAnswer has_answer) {
    const std::lock_guard lock(mutex_);
    return has_answer() ? Unpark(flight) : std::vector<Waiter>();
  }

  /// Drops every flight, and everyone who waits. No Finish may follow.
  void Clear() {
    decltype(flights_) dropped;
    const std::lock_guard lock(mutex_);
    dropped.swap(flights_);
    waiting_ = 0;
  }

 private:
  std::vector<Waiter> Unpark(Flight& flight) {
    waiting_ -= flight.waiters_.size();
    return std::exchange(flight.waiters_, {});
  }

  bool IsJoinable(const Flight& flight) const {
    return !flight.reading_ || generations_.Vouches(flight.stamp_, SteadyClock::now());
  }

  const Generations& generations_;
  std::mutex mutex_;
  std::size_t waiting_ = 0;
  std::unordered_map<std::string, std::shared_ptr<Flight>> flights_;
};

}  // namespace demo
