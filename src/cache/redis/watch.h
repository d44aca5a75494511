#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "base/back_off.h"
#include "cache/redis/redis_tier.h"
#include "cache/redis/sentinels.h"
#include "cache/redis/session.h"

namespace demo::redis {

/// The tier's own thread. It finds the primary, hears raises, notices each change of what it talks to, tries what the
/// breaker left out, and says until when everything has been heard. Workers never do any of this.
class Watch {
 public:
  explicit Watch(RedisTier& tier);

 private:
  /// What it holds while it is in touch.
  struct Link {
    std::shared_ptr<const Session> session;
    Connection commands;
    Connection subscription;
    std::uint64_t pings = 0;
    SteadyTime since = SteadyClock::now();
  };

  void Run(const std::stop_token& stop);
  void Turn(const std::stop_token& stop);
  Result<Link> Establish();
  Result<Session> Greet(Connection& connection, SocketAddress address);
  Result<Connection> Subscribe(const Session& session);
  Result<void> Beat();
  Result<void> CheckSession(SteadyTime deadline);
  Result<void> AwaitPong(SteadyTime deadline);
  Result<void> Take(const Reply& pushed);
  Result<void> Listen(const std::stop_token& stop, SteadyTime until);
  Result<void> DeliverOwed();
  bool MayUse(SteadyTime now);
  void Lose(const std::string& reason, const std::stop_token& stop);

  RedisTier& tier_;
  std::optional<Sentinels> sentinels_;
  std::optional<Link> link_;
  std::string last_carrier_;
  BackOff pause_;      ///< Before it is asked again after it was lost.
  BackOff hold_off_;   ///< Before workers use it again after a call of theirs failed.
  bool used_ = false;  ///< By workers, since `used_since_`.
  SteadyTime used_since_;
  SteadyTime use_again_;
  std::jthread thread_;
};

}  // namespace demo::redis
