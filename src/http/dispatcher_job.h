#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "http/dispatcher.h"
#include "http/kept_request.h"

namespace demo::http {

/// A request on its way to a worker.
struct Dispatcher::Job {
  Ticket ticket;
  const Request& request;
  std::uint16_t route;
  const WorkerPool& pool;
  SteadyTime queued_at;
};

/// A flight on its way, and what its request was found to lack. Who waits for it is with the flight.
struct Dispatcher::Journey {
  const Request& request;  ///< Of the leader, whose ticket keeps it, or `kept`'s.
  std::uint16_t route;
  WorkerPool& pool;
  SteadyTime queued_at;
  const Cached& policy;
  std::shared_ptr<Flights::Flight> flight;
  std::shared_ptr<const KeptRequest> kept{};        ///< Where the leader may be answered before the flight lands.
  std::optional<ResponseCache::Reading> reading{};  ///< Once it has begun.
};

/// The name of the answer to `request` in the cache.
CacheKey KeyOf(const Cached& policy, const Request& request);

/// How many records a list's request asks for; 0 where it leaves that to the service, or asks for what there is not.
int LimitOf(const Request& request);

Reply FromCache(ResponseCache::Found found);

}  // namespace demo::http
