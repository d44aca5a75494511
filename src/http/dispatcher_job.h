#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "http/dispatcher.h"

namespace demo::http {

/// A request on its way to a worker.
struct Dispatcher::Job {
  Ticket ticket;
  const Request& request;
  std::uint16_t route;
  SteadyTime queued_at;
};

/// The first request for a missing answer, and what it was found to lack on its way.
struct Dispatcher::Journey {
  Job job;
  const Cached& policy;
  std::shared_ptr<Flights::Flight> flight;
  std::optional<ResponseCache::Reading> reading{};  ///< Once it has begun.
};

/// The name of the answer to `request` in the cache.
CacheKey KeyOf(const Cached& policy, const Request& request);

Reply FromCache(ResponseCache::Found found);

}  // namespace demo::http
