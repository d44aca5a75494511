#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/memory_budget.h"
#include "base/result.h"
#include "cache/generations.h"
#include "cache/response_cache.h"
#include "cache/single_flight.h"
#include "http/admin_token.h"
#include "http/alarm_thread.h"
#include "http/batch_thread.h"
#include "http/kept_request.h"
#include "http/prepare.h"
#include "http/request.h"
#include "http/response.h"
#include "http/route.h"
#include "http/router.h"
#include "http/server.h"
#include "http/worker_pool.h"

namespace demo::http {

/// Who watches what is served: the metrics and the access log. Called on the loops' and the workers' threads, several
/// at once, in the time of the requests: nothing here may block.
class Observer {
 public:
  virtual ~Observer() = default;
  /// Each request starts once and, answered or given up, finishes once, on the same thread. What the server
  /// itself refused only finishes.
  virtual void OnStarted(const Request& request) = 0;
  /// `route` is the index of the request's row, or kNoRoute.
  virtual void OnFinished(const Exchange& exchange, std::uint16_t route) = 0;
  /// A fault of the program while it handled `request`; the client was told nothing but the request's id.
  virtual void OnFault(const Request& request, std::string_view cause) = 0;
};

struct DispatcherOptions {
  std::string admin_token = {};  ///< Empty: admin routes are open.
  int workers = 32;              ///< Threads that run handlers.
  std::size_t queue = 256;       ///< Requests that wait for a worker.
  std::size_t max_waiters =
      16384;  ///< Requests that wait for another's answer, all together; less when memory is tight.
  /// Work that waited longer than this for a worker is refused. As long as a primary may take to hand over, behind
  /// which all workers wait.
  std::chrono::milliseconds max_wait{5000};
  /// For a read of the store when memory has an answer that is only past its lifetime: who waited longer gets that.
  std::chrono::milliseconds patience{250};
  MemoryBudget* memory = &MemoryBudget::OfProcess();  ///< What requests and their answers take memory from.
};

/// What happens between a request and its handler, for each row of the route table as its policy says.
///
/// On the loop: an answer from the cache's memory, an Immediate handler, a refusal (404, 405, 403, 401, 503). On a
/// thread of its own: what the cache's shared tier is asked, for all who wait for that at once. All other handlers run
/// on workers: those that may read more than kLongList records on a few of their own, so that ordinary ones do not wait
/// behind them, with a quarter of the queue, and only as many at a time as there is memory for. On another: who waits
/// for a slow store gets what memory has, where it is known to be right and only past its lifetime. OPTIONS has no row
/// and so is 405: there is no CORS here. After a change, and when its outcome is unknown, the generations of its tags
/// are raised before anybody is answered.
class Dispatcher final : public Application {
 public:
  /// All that is given must outlive the dispatcher; `observer` may be null. Throws std::invalid_argument for a route
  /// table that contradicts itself.
  Dispatcher(std::span<const Route> routes, ResponseCache& cache, Services& services, const DispatcherOptions& options,
             Observer* observer);
  ~Dispatcher() override;

  std::optional<Reply> OnRequest(Request& request, Connection& connection) override;
  Reply OnMalformed(const Request& request, int status, std::string_view detail) override;
  void OnFinished(const Exchange& exchange) override;

  /// Lets running handlers end and drops what waits for a worker.
  void GiveUpTickets() override;

  /// Requests that wait for an ordinary worker or have one, and how many may.
  std::size_t busy() const { return pool_.busy(); }
  std::size_t capacity() const { return pool_.capacity(); }
  /// Requests that wait for a worker.
  std::size_t waiting() const { return pool_.waiting() + long_lists_.waiting(); }
  /// How often there was no room.
  std::uint64_t refused() const { return pool_.refused() + long_lists_.refused(); }

 private:
  using Flights = SingleFlight<Ticket>;
  struct Job;
  struct Journey;
  /// A read of the store which an answer may stand in for.
  struct Refresh {
    std::weak_ptr<Flights::Flight> flight;
    std::shared_ptr<const KeptRequest> request;
    const Cached* policy;
    SteadyTime boarded_at;
  };

  // On a loop.
  std::optional<Reply> Dispatch(Request& request, Connection& connection);
  /// What a request that has a route may still lack: origin, token, known parameters, a body that can be read.
  std::optional<Response> Refuse(const Request& request, const Route& route) const;
  /// How many may wait for answers of others.
  std::size_t MostWaiters() const;
  std::optional<Reply> Board(const Cached& policy, std::uint16_t route, Request& request, Connection& connection);
  Reply Overloaded(const Request& request, std::uint16_t route) const;
  std::optional<Reply> Enqueue(std::uint16_t route, Request& request, Connection& connection);
  WorkerPool& PoolOf(std::uint16_t route, const Request& request);
  Reply RunNow(std::uint16_t route, const Request& request);

  /// Answers those that the shared tier has an answer for, and gives the others to workers.
  void AskShared(std::vector<Journey> journeys);
  std::vector<std::optional<ResponseCache::Found>> FindShared(std::span<Journey> journeys, SteadyTime now);

  // On a worker.
  /// False for work that has waited too long: for a worker, or for the memory that a long answer takes.
  bool MayBegin(const WorkerPool& pool, const Request& request, SteadyTime queued_at) const;
  void Run(Job job);
  void RunFlight(Journey journey);
  Reply Fly(Journey& journey);
  void RaiseAfter(const Changes& policy, const Result<Response>& outcome);

  // On any. None of these throws: what a handler throws is an Internal error.
  Result<Response> Call(const Request& request, std::uint16_t route);
  Reply Answer(const Request& request, Result<Response> outcome, Preparation how);
  Response ProblemOf(const Request& request, const Error& error);
  /// `response` as it is, or, where it is a problem and the client would rather read HTML, as a page.
  Response InWantedForm(const Request& request, Response response) const;
  /// A problem that the loop answers itself.
  Reply Refusal(const Request& request, Response problem, std::uint16_t route = kNoRoute) const;
  Reply Unroutable(const Request& request, const Router::Match& match) const;
  /// The answer to a change whose If-Match or If-None-Match does not hold; nothing where it may go on.
  std::optional<Result<Response>> CheckConditions(const Request& request);
  std::optional<Reply> FindStale(const CacheKey& key, SteadyTime now);
  void Count(CacheResult result);
  /// Answers who asked and who waited with him.
  void Land(Journey& journey, Reply reply);
  void PostFlight(Journey journey);
  /// Gives those who wait for a slow store what memory has; false when there is nobody to look after any more.
  bool Relieve(const Refresh& refresh);

  const std::span<const Route> routes_;
  ResponseCache& cache_;
  Services& services_;
  const DispatcherOptions options_;
  Observer* const observer_;
  const Router router_;
  const AdminToken admin_token_;
  Flights flights_;
  const std::shared_ptr<const StoredResponse> refusal_;  ///< What Overloaded completes.
  /// The same as a page, by language.
  const std::array<std::shared_ptr<const StoredResponse>, 2> busy_pages_;
  AlarmThread<Refresh> patience_;
  WorkerPool pool_;                                       ///< Its threads use all of the above.
  WorkerPool long_lists_;                                 ///< So do its few.
  WorkerPool apart_;                                      ///< So does its one.
  std::unique_ptr<BatchThread<Journey>> shared_lookups_;  ///< Null without a shared tier. Last: it uses the pool too.
};

}  // namespace demo::http
