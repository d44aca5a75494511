#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/store_work.h"
#include "cache/stored_response.h"

namespace demo::http {

/// What a handler answers. The dispatcher turns it into a StoredResponse.
struct Response {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;  ///< Location, Link, Allow, Retry-After...
  std::string changed_user;  ///< For a write: whose data it changed, or may have; that user's cached copies go.
};

enum class CacheResult : std::uint8_t {
  kNone,       ///< The route is not cached.
  kHit,        ///< From memory.
  kMiss,       ///< Made for this request.
  kCoalesced,  ///< Made for another request that asked the same at the same time.
  kStale,      ///< From memory, past its lifetime, because the store could not answer, or not soon.
};

/// Where the time of one request went, in nanoseconds.
struct StepTimes {
  std::int64_t queue = 0;    ///< Waiting for a worker.
  std::int64_t handler = 0;  ///< In the handler, the store included.
  std::int64_t store = 0;    ///< In the store.
  store_work::Work work{};   ///< What the store's server was asked in that time.
  std::int64_t shared = 0;   ///< In the cache's shared tier; the handler's time holds it.
};

/// An answer on its way to one connection.
struct Reply {
  std::shared_ptr<const StoredResponse> response{};
  CacheResult cache = CacheResult::kNone;
  std::int32_t ttl_seconds = 0;  ///< Of a hit; of a stale answer below 0: how long past.
  bool shared = false;           ///< A hit of the tier that processes share, not of this one's memory.
  bool stored = false;           ///< A miss whose answer is in memory now: not an error, not outrun by a write.
  StepTimes times{};
  bool overloaded = false;    ///< A refusal, as all workers have enough to do.
  bool close = false;         ///< Close the connection after it.
  bool event_stream = false;  ///< Send `response`'s head, keep the connection, then whatever Server::Publish gives.
};

}  // namespace demo::http
