#pragma once

#include <memory>
#include <span>
#include <string>

#include "base/result.h"
#include "base/unique_fd.h"
#include "http/event_loop.h"
#include "http/server_loop.h"
#include "http/timer_wheel.h"

namespace demo::http {

/// A listening TCP socket, non-blocking. Errors: Unavailable, with the address and the reason.
Result<UniqueFd> Listen(const std::string& address, std::uint16_t port);
/// The port a listening socket really has.
std::uint16_t PortOf(const UniqueFd& socket);

/// Takes connections on the first loop's thread and gives each to the loop that has the fewest.
///
/// Out of descriptors it has connections closed that wait for their client, and comes back a little later: it never
/// spins and never ends by itself.
class Acceptor final : public EventHandler, public Mail, public Timer {
 public:
  /// `loops` must outlive it, and the first must be the one that runs it.
  Acceptor(UniqueFd listening, std::span<const std::unique_ptr<ServerLoop>> loops);

  bool Start();
  void OnEvents(std::uint32_t events) override;
  void OnDelivered() override;
  void OnDue() override;
  /// Takes what waits in the queue, then listens no more.
  void Stop();

 private:
  bool AcceptOne();
  void AcceptSome();
  bool MakeRoom();
  ServerLoop& LeastLoaded() const;
  EventLoop& events() const { return loops_.front()->events(); }

  UniqueFd listening_;
  UniqueFd spare_;  ///< Given up to have one descriptor when the system has no more.
  std::span<const std::unique_ptr<ServerLoop>> loops_;
  bool deferred_ = false;
};

}  // namespace demo::http
