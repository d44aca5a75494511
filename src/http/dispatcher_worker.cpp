#include <algorithm>
#include <chrono>
#include <cstddef>
#include <exception>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "base/faults.h"
#include "base/request_memory.h"
#include "base/store_time.h"
#include "base/store_work.h"
#include "http/dispatcher_job.h"
#include "http/entity_tag.h"
#include "http/error_map.h"
#include "http/negotiation.h"
#include "http/pages/answer.h"
#include "http/prepare.h"
#include "http/problem.h"

namespace demo::http {
namespace {

// Texts of 800 bytes, three times: in the server's reply, as a record and as JSON.
constexpr std::size_t kLongestRecord = 8UL * 1024;

Error WaitedTooLong() {
  return {ErrorCode::kUnavailable, "There is more to do than the service can take now; nothing was changed.", {}};
}

// The store could not answer; an older answer that no write has made wrong is better than none.
bool MayBeStale(const Result<Response>& outcome) {
  if (outcome) return outcome->status == 503 || outcome->status == 504;
  return outcome.error().code == ErrorCode::kUnavailable || outcome.error().code == ErrorCode::kTimeout;
}

// NotFound, Conflict and Invalid are said before anything is changed; of everything else that failed nobody knows.
bool MayHaveChanged(const Result<Response>& outcome) {
  if (outcome) return outcome->status < 400 || outcome->status >= 500;
  const ErrorCode code = outcome.error().code;
  return code == ErrorCode::kUnavailable || code == ErrorCode::kTimeout || code == ErrorCode::kInternal;
}

Preparation::Gzip GzipFor(const Request& request) {
  return AcceptsGzip(request.accept_encoding) ? Preparation::Gzip::kFast : Preparation::Gzip::kUnwanted;
}

}  // namespace

Result<Response> Dispatcher::Call(const Request& request, std::uint16_t route) {
  return OrFail([&] { return routes_[route].handler(request, services_); });
}

Reply Dispatcher::Answer(const Request& request, Result<Response> outcome, Preparation how) {
  how.memory = options_.memory;
  if (outcome) request_memory::ShrinkTo(outcome->body.capacity());
  Reply reply;
  try {
    Response response = outcome ? *std::move(outcome) : ProblemOf(request, outcome.error());
    reply.response = Prepare(InWantedForm(request, std::move(response)), how);
  } catch (const std::exception& fault) {  // a handler's header that would have broken the framing
    const Error error{ErrorCode::kInternal, fault.what(), {}};
    reply.response = Prepare(ProblemOf(request, error), {.route = how.route});
  }
  if (!reply.response) return Overloaded(request, how.route);
  return reply;
}

Reply Dispatcher::Refusal(const Request& request, Response problem, std::uint16_t route) const {
  Reply reply;
  reply.response = Prepare(InWantedForm(request, std::move(problem)), {.route = route});
  return reply;
}

Response Dispatcher::InWantedForm(const Request& request, Response response) const {
  if (response.content_type != kProblemType || !PrefersHtml(request.accept)) return response;
  return pages::AsPage(request, services_, response);
}

std::optional<Result<Response>> Dispatcher::CheckConditions(const Request& request) {
  if (request.if_match.empty() && request.if_none_match.empty()) return std::nullopt;
  Request read = request;
  read.method = Method::kGet;
  read.query = {};
  std::optional<std::string> current;
  const Router::Match match = router_.Find(read.method, read.path, read.params);
  if (match.outcome == Router::Outcome::kFound) {
    const Result<Response> shown = Call(read, match.route);
    if (!shown && StatusOf(shown.error().code) >= 500) return Fail(shown.error());
    if (shown && shown->status == 200) current = EntityTagOf(shown->body);
  }
  if (AllowsChange(request, current)) return std::nullopt;
  return Problem(request, 412, "If-Match or If-None-Match does not hold; nothing was changed.");
}

Response Dispatcher::ProblemOf(const Request& request, const Error& error) {
  if (error.code == ErrorCode::kInternal && observer_ != nullptr) observer_->OnFault(request, error.message);
  return ToProblem(request, error);
}

void Dispatcher::RaiseAfter(const Changes& policy, const Result<Response>& outcome) {
  if (!MayHaveChanged(outcome)) return;
  std::vector<Generations::Slot> slots;
  for (const Tag tag : policy.tags) {
    if (tag != Tag::kUser) {
      slots.push_back(Generations::SlotOf(tag));
    } else if (outcome && !outcome->changed_user.empty()) {
      slots.push_back(Generations::SlotOfUser(outcome->changed_user));
    } else {
      slots.push_back(Generations::SlotOf(Tag::kAll));  // somebody's copies are old, and nobody knows whose
    }
  }
  if (!slots.empty()) cache_.Raise(slots);
}

bool Dispatcher::MayBegin(const WorkerPool& pool, const Request& request, SteadyTime queued_at) const {
  const SteadyTime latest = queued_at + options_.max_wait;
  if (SteadyClock::now() > latest) return false;
  if (&pool != &long_lists_) return true;
  // Where all that there is would not do for the longest records, most are shorter.
  const std::size_t longest = kLongestRecord * static_cast<std::size_t>(LimitOf(request));
  return request_memory::Await(std::min(longest, options_.memory->limit() / 2), latest);
}

void Dispatcher::Run(Job job) {
  const Route& route = routes_[job.route];
  const request_memory::Scope memory(*options_.memory);
  const bool expired = !MayBegin(job.pool, job.request, job.queued_at);
  const SteadyTime begun = SteadyClock::now();
  store_time::Take();
  store_work::Take();
  const auto* changes = std::get_if<Changes>(&route.policy);
  std::optional<Result<Response>> refusal;
  if (expired) refusal = Fail(WaitedTooLong());
  if (changes != nullptr && !refusal) refusal = CheckConditions(job.request);
  const bool handles = !refusal;
  Result<Response> outcome = handles ? Call(job.request, job.route) : *std::move(refusal);
  const SteadyTime handled = SteadyClock::now();
  if (changes != nullptr && handles) RaiseAfter(*changes, outcome);
  const SteadyTime done = cache_.shared() != nullptr ? SteadyClock::now() : handled;

  Reply reply = Answer(job.request, std::move(outcome),
                       {.route = job.route, .entity_tag = changes == nullptr, .gzip = GzipFor(job.request)});
  reply.times = {.queue = (begun - job.queued_at).count(),
                 .handler = (done - begun).count(),
                 .store = store_time::Take(),
                 .work = store_work::Take(),
                 .shared = (done - handled).count()};
  std::move(job.ticket).Send(std::move(reply));
}

std::vector<std::optional<ResponseCache::Found>> Dispatcher::FindShared(std::span<Journey> journeys, SteadyTime now) {
  std::vector<ResponseCache::Wanted> wanted;
  wanted.reserve(journeys.size());
  for (Journey& journey : journeys) {
    journey.reading.emplace(ResponseCache::Reading{flights_.Begin(*journey.flight), {}});
    wanted.push_back({KeyOf(journey.policy, journey.request), *journey.reading, journey.policy.ttl});
  }
  return cache_.FindShared(wanted, now);
}

void Dispatcher::AskShared(std::vector<Journey> journeys) {
  const SteadyTime begun = SteadyClock::now();
  std::vector<std::optional<ResponseCache::Found>> found(journeys.size());
  Survive("lookup", [&] { found = FindShared(journeys, begun); });
  const std::chrono::nanoseconds taken = SteadyClock::now() - begun;
  for (std::size_t i = 0; i < journeys.size(); ++i) {
    Journey& journey = journeys[i];
    if (!found[i]) {
      journey.queued_at += taken;  // which was no waiting for a worker
      PostFlight(std::move(journey));
      continue;
    }
    cache_.Count(CacheEvent::kHit);
    Reply reply = FromCache(*std::move(found[i]));
    reply.times.queue = (begun - journey.queued_at).count();
    reply.times.handler = taken.count();
    reply.times.shared = journey.reading->shared_time;
    Land(journey, std::move(reply));
    journey.pool.Release();
  }
}

void Dispatcher::PostFlight(Journey journey) {
  WorkerPool& pool = journey.pool;
  pool.Post([this, journey = std::move(journey)]() mutable { RunFlight(std::move(journey)); });
}

void Dispatcher::RunFlight(Journey journey) {
  const SteadyTime begun = SteadyClock::now();
  const request_memory::Scope memory(*options_.memory);
  store_time::Take();
  store_work::Take();
  if (!journey.reading) journey.reading.emplace(ResponseCache::Reading{flights_.Begin(*journey.flight), {}});
  Reply reply;  // Without a response it is answered as a fault; who waits must not wait for ever.
  Survive("worker", [&] { reply = Fly(journey); });
  reply.times.queue = (begun - journey.queued_at).count();
  reply.times.handler = (SteadyClock::now() - begun).count();
  reply.times.store = store_time::Take();
  reply.times.work = store_work::Take();
  Land(journey, std::move(reply));
}

void Dispatcher::Land(Journey& journey, Reply reply) {
  Reply shared = reply;
  if (shared.cache == CacheResult::kMiss) shared.cache = CacheResult::kCoalesced;
  std::vector<Ticket> waiters = flights_.Finish(*journey.flight);
  for (std::size_t i = 1; i < waiters.size(); ++i) {
    Count(shared.cache);
    std::move(waiters[i]).Send(shared);
  }
  // The first is the leader, or, where he was relieved, the next who came: the flight itself was counted for him.
  if (!waiters.empty()) std::move(waiters.front()).Send(std::move(reply));
}

bool Dispatcher::Relieve(const Refresh& refresh) {
  const auto flight = refresh.flight.lock();
  if (!flight) return false;
  const SteadyTime now = SteadyClock::now();
  const CacheKey key = KeyOf(*refresh.policy, refresh.request->request());
  std::optional<ResponseCache::Found> found;
  std::vector<Ticket> waiters = flights_.Release(*flight, [&] {
    found = cache_.FindOverdue(key, now);
    return found.has_value();
  });
  if (!found) return true;
  Reply reply = FromCache(*std::move(found));
  reply.times.queue = (now - refresh.boarded_at).count();
  for (Ticket& waiter : waiters) {
    Count(reply.cache);
    std::move(waiter).Send(reply);
  }
  return true;
}

Reply Dispatcher::Fly(Journey& journey) {
  const auto& [request, route, pool, queued_at, policy, flight, kept, reading] = journey;
  const CacheKey key = KeyOf(policy, request);
  const SteadyTime begun = SteadyClock::now();
  // Another flight may have landed while this one waited; or only its passengers were relieved.
  if (!kept || !cache_.HasOverdue(key, begun)) {
    if (auto found = cache_.Find(key, begun)) return FromCache(*std::move(found));
  }
  const bool expired = !MayBegin(pool, request, queued_at);
  Result<Response> outcome = expired ? Fail(WaitedTooLong()) : Call(request, route);
  const SteadyTime done = SteadyClock::now();
  if (MayBeStale(outcome)) {
    if (auto found = FindStale(key, done)) return *std::move(found);
  }
  const Preparation how{.route = route,
                        .entity_tag = true,
                        .gzip = cache_.keeps_answers() ? Preparation::Gzip::kSmall : GzipFor(request)};
  Reply reply = Answer(request, std::move(outcome), how);
  reply.cache = CacheResult::kMiss;
  Count(reply.cache);
  reply.stored = cache_.Store(key, reply.response, *journey.reading, policy.ttl, done);
  reply.times.shared = journey.reading->shared_time;
  return reply;
}

}  // namespace demo::http
