#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "cache/redis/session.h"

namespace demo::redis {

/// Connections that workers use in turn, all of one session at a time. Thread-safe.
class Pool {
 public:
  /// One connection for one use. Goes back to the pool at its end, unless it broke.
  class Lease {
   public:
    Lease(Pool& pool, std::shared_ptr<const Session> session, Connection connection)
        : pool_(&pool), session_(std::move(session)), connection_(std::move(connection)) {}
    Lease(Lease&& other) noexcept
        : pool_(std::exchange(other.pool_, nullptr)),
          session_(std::move(other.session_)),
          connection_(std::move(other.connection_)),
          broken_(other.broken_) {}
    ~Lease();

    Result<std::vector<Reply>> Run(const Commands& commands, SteadyTime deadline);

   private:
    Pool* pool_;
    std::shared_ptr<const Session> session_;
    Connection connection_;
    bool broken_ = false;
  };

  explicit Pool(const RedisOptions& options) : options_(options) {}

  /// An idle connection of `session`, or a new one. Nothing where as many as may be are in use.
  /// Errors: as Connection's; Unavailable where the server is not that session's any more.
  Result<std::optional<Lease>> Take(const std::shared_ptr<const Session>& session, SteadyTime deadline);
  /// Closes all that is idle.
  void Clear();

 private:
  void Return(const std::shared_ptr<const Session>& session, std::optional<Connection> connection);

  const RedisOptions& options_;
  std::mutex mutex_;
  std::shared_ptr<const Session> session_;  ///< Of all that is idle.
  std::vector<Connection> idle_;
  std::size_t in_use_ = 0;
};

}  // namespace demo::redis
