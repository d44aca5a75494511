#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <random>
#include <stop_token>
#include <string>
#include <thread>

#include "base/clock.h"
#include "base/shared_register.h"

namespace demo::redis {

/// Keeps the processes of one store at one mind about who carries their raises.
///
/// The store's register names the carrier: the Redis, as it is now, through which all hear of all. Each process looks
/// there several times a second. Whoever changed data and could not raise through that very carrier first takes its
/// name out of the register, and only then acknowledges: within a second nobody relies on hearing any more, and what
/// was kept is dropped. While the register names nobody, each writer says so again once a second; after some seconds of
/// silence the name of a carrier that is in touch comes back. docs/adr/0007 has the reasons. Thread-safe.
class Agreement {
 public:
  struct View {
    std::int64_t version = 0;
    SteadyTime agreed_until{};  ///< How long what is known allows to rely on hearing; zero where it does not.
  };

  /// `store_register` may be null: then this process is alone, and everything is always agreed. `on_change` is called
  /// by a thread of this object's own whenever View changed.
  Agreement(SharedRegister* store_register, std::function<void()> on_change);
  ~Agreement();
  Agreement(const Agreement&) = delete;
  Agreement& operator=(const Agreement&) = delete;

  /// The carrier that this process is in touch with, or empty. Never blocks.
  void SetCarrier(std::string carrier);
  View Look() const;

  /// What a writer asks after its raise went through `carrier`: true when all who rely on hearing have heard it.
  bool Carried(const std::string& carrier);
  /// What a writer does else, before it acknowledges: from a second after its return on, nobody relies on what was kept
  /// before. Blocks for the store's deadline at most, and only the first of writers that keep coming: for the others it
  /// is said again in time. When the store fails, it is tried again in the background.
  void Announce();

 private:
  bool IsAnnounced(SteadyTime wanted);  ///< Also notes that a writer wanted it then.
  bool MustAnnounceAgain() const;
  void WriteAnnouncement();
  void Run(const std::stop_token& stop);
  void Poll();
  void Renew(const SharedRegister::Value& seen, std::string raised_through);
  void MayPropose(const SharedRegister::Value& seen);
  void Note(const Result<SharedRegister::Value>& read, SteadyTime sent);
  SteadyTime KnownUntil(SteadyTime now) const;
  SteadyTime AgreedUntil(SteadyTime now) const;

  SharedRegister* const register_;
  const std::function<void()> on_change_;

  mutable std::mutex mutex_;
  std::condition_variable_any wake_;
  std::string carrier_;
  SteadyTime carrier_since_;
  SharedRegister::Value value_{.version = -1, .text = {}};
  int lower_ = 0;  ///< How many reads in a row gave a lower number.
  SteadyTime version_since_;
  SteadyTime read_sent_;        ///< Of the last read that was answered.
  SteadyTime reading_since_{};  ///< Of the read on its way; zero where there is none.
  bool failing_ = false;        ///< The last read was not answered.
  SteadyTime announced_;
  SteadyTime wanted_;  ///< When a writer last asked for an announcement.
  SteadyTime failed_;  ///< When an announcement last failed.
  bool owes_announcement_ = false;
  std::string raised_through_;  ///< The carrier of the latest raise since the last read began, or empty.
  std::mutex announcing_;
  std::minstd_rand random_{std::random_device{}()};
  std::jthread thread_;
};

}  // namespace demo::redis
