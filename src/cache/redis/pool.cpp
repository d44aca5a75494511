#include "cache/redis/pool.h"

namespace demo::redis {

Pool::Lease::~Lease() {
  if (pool_ == nullptr) return;
  pool_->Return(session_, broken_ ? std::nullopt : std::optional(std::move(connection_)));
}

Result<std::vector<Reply>> Pool::Lease::Run(const Commands& commands, SteadyTime deadline) {
  auto replies = connection_.Run(commands, deadline);
  broken_ = !replies;
  return replies;
}

Result<std::optional<Pool::Lease>> Pool::Take(const std::shared_ptr<const Session>& session, SteadyTime deadline) {
  {
    const std::lock_guard lock(mutex_);
    if (session_ != session) idle_.clear();
    session_ = session;
    while (!idle_.empty()) {
      Connection connection = std::move(idle_.back());
      idle_.pop_back();
      // The server may have closed it meanwhile; that is no fault.
      if (!connection.IsQuiet()) continue;
      ++in_use_;
      return Lease(*this, session, std::move(connection));
    }
    if (in_use_ >= options_.connections) return std::nullopt;
    ++in_use_;
  }
  auto connection = OpenAt(*session, options_, deadline);
  if (connection) return Lease(*this, session, *std::move(connection));
  Return(session, std::nullopt);
  return std::unexpected(connection.error());
}

void Pool::Return(const std::shared_ptr<const Session>& session, std::optional<Connection> connection) {
  const std::lock_guard lock(mutex_);
  --in_use_;
  if (connection && session == session_) idle_.push_back(*std::move(connection));
}

void Pool::Clear() {
  const std::lock_guard lock(mutex_);
  idle_.clear();
  session_.reset();
}

}  // namespace demo::redis
