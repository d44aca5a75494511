#pragma once

#include <cstdint>

#include "http/dispatcher.h"

namespace demo::http {

/// A request on its way to a worker.
struct Dispatcher::Job {
  Ticket ticket;
  const Request& request;
  std::uint16_t route;
  SteadyTime queued_at;
};

/// The name of the answer to `request` in the cache.
CacheKey KeyOf(const Cached& policy, const Request& request);

Reply FromCache(ResponseCache::Found found);

}  // namespace demo::http
