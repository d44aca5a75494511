#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/endpoint.h"
#include "base/result.h"
#include "cache/redis/connection.h"
#include "cache/redis/options.h"
#include "cache/shared_tier.h"

namespace demo::redis {

/// Those who know which server is the primary. For one thread.
class Sentinels {
 public:
  explicit Sentinels(const RedisOptions& options);

  /// Asks one after the other until one knows the primary; learns from it of further Sentinels, and listens to it for
  /// the next change. Errors: Unavailable (none answered, or none knows the name).
  Result<Endpoint> FindPrimary();

  /// Where the primary has moved, when the one that is listened to has said so since; never blocks.
  std::optional<Endpoint> Moved();
  /// To wait on, or -1.
  int descriptor() const { return listening_ ? listening_->descriptor() : -1; }
  /// Asks the next one in turn, for Status; listens to it where nobody else is listened to.
  void AskNext();
  /// The one whose answer FindPrimary gave was wrong: it is asked last from now on.
  void Doubt();

  std::vector<SharedTierStatus::Sentinel> Status() const;

 private:
  struct Known {
    Endpoint endpoint;
    bool configured = false;
    bool told = true;  ///< In the newest list of others that one gave.
    bool answers = false;
  };

  Result<Endpoint> Ask(const Endpoint& sentinel);
  Result<std::vector<Reply>> Question(Connection& connection, SteadyTime deadline) const;
  void Learn(const Reply& others);
  void Forget();

  const RedisOptions& options_;
  std::vector<Known> known_;
  std::size_t next_ = 0;
  std::optional<Connection> listening_;
};

}  // namespace demo::redis
