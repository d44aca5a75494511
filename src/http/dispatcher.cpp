#include "http/dispatcher.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>
#include <variant>

#include "base/json.h"
#include "base/number.h"
#include "http/dispatcher_job.h"
#include "http/error_map.h"
#include "http/negotiation.h"
#include "http/origin_check.h"
#include "http/pages/answer.h"
#include "http/pages/preferences.h"
#include "http/problem.h"
#include "http/query.h"
#include "store/store.h"

namespace demo::http {
namespace {

constexpr std::string_view kTooMuch = "There is more to do than the service can take now; nothing was changed.";
// Requests that wait for the worker of Apart handlers: a person or two, and whoever scrapes.
constexpr std::size_t kMostApart = 8;
// The page that a client gets without asking for more (store.h).
constexpr int kLongList = 100;
constexpr std::size_t kLongestForm = 4 * 1024;

constexpr std::string_view kNeedsToken =
    "This needs the admin token: send \"Authorization: Bearer TOKEN\" with the value of ADMIN_TOKEN (or of the file "
    "ADMIN_TOKEN_FILE) that the server was started with; whoever runs the server has it.";

bool IsRead(const Request& request) { return request.method == Method::kGet || request.method == Method::kHead; }

Reply AnswerOf(Response response, const Preparation& how) {
  Reply reply;
  reply.response = Prepare(std::move(response), how);
  return reply;
}

/// Separate flights for those that want another form of the answer that may be a problem.
std::string FlightKeyOf(const CacheKey& key, const Request& request) {
  std::string name = key.ToString();
  if (PrefersHtml(request.accept)) name.append("\nh").append(1, static_cast<char>('0' + pages::AppearanceOf(request)));
  return name;
}

Generations::Slots SlotsOf(const Cached& policy, const Request& request) {
  Generations::Slots slots;
  slots.Add(Generations::SlotOf(Tag::kAll));
  for (const Tag tag : policy.tags) {
    slots.Add(tag == Tag::kUser ? Generations::SlotOfUser(request.params[0]) : Generations::SlotOf(tag));
  }
  return slots;
}

void CheckPolicy(const Route& route) {
  const auto* cached = std::get_if<Cached>(&route.policy);
  if (cached == nullptr) return;
  // A hit is answered before its row is looked up: nothing may be asked of it that a hit does not ask.
  if (route.method != Method::kGet || route.admin) throw std::invalid_argument("only an open GET can be cached");
  for (const Tag tag : cached->tags) {
    const bool twice = std::ranges::count(cached->tags, tag) > 1;
    if (tag == Tag::kAll || twice) throw std::invalid_argument("a cached row names each tag once, and never kAll");
  }
}

/// OPTIONS of "*": what the server as a whole can do (RFC 9110, section 9.3.7).
Response OptionsOfServer() {
  Response response;
  response.status = 204;
  response.headers.emplace_back("Allow", "GET, HEAD, POST, DELETE, OPTIONS");
  return response;
}

}  // namespace

Reply FromCache(ResponseCache::Found found) {
  Reply reply;
  reply.response = std::move(found.response);
  reply.cache = found.stale ? CacheResult::kStale : CacheResult::kHit;
  reply.ttl_seconds = found.ttl_seconds;
  reply.shared = found.shared;
  return reply;
}

int LimitOf(const Request& request) {
  const auto limit = QueryParameter(request.query, "limit");
  return limit ? ReadNumber(*limit, 1, kMostInPage).value_or(0) : 0;
}

CacheKey KeyOf(const Cached& policy, const Request& request) {
  if (!policy.by_language) return {request.target};
  constexpr std::string_view kAppearances = "012345";
  return {request.target, kAppearances.substr(static_cast<std::size_t>(pages::AppearanceOf(request)), 1)};
}

Dispatcher::Dispatcher(std::span<const Route> routes, ResponseCache& cache, Services& services,
                       const DispatcherOptions& options, Observer* observer)
    : routes_(routes),
      cache_(cache),
      services_(services),
      options_(options),
      observer_(observer),
      router_(routes),
      admin_token_(options.admin_token),
      flights_(cache.generations()),
      refusal_(Prepare(Problem(503, kTooMuch), {})),
      busy_pages_{Prepare(pages::BusyPage(pages::Language::kEnglish), {}),
                  Prepare(pages::BusyPage(pages::Language::kFrench), {})},
      patience_("patience", options.patience, [this](const Refresh& refresh) { return Relieve(refresh); }),
      pool_(options.workers, options.queue),
      long_lists_(std::max(2, options.workers / 2), options.queue / 4),
      apart_(1, kMostApart) {
  std::ranges::for_each(routes, CheckPolicy);
  if (cache.shared() == nullptr) return;
  shared_lookups_ = std::make_unique<BatchThread<Journey>>(
      "lookup", SharedTier::kMostWanted, [this](std::vector<Journey> journeys) { AskShared(std::move(journeys)); });
}

Dispatcher::~Dispatcher() { GiveUpTickets(); }

void Dispatcher::GiveUpTickets() {
  if (shared_lookups_) shared_lookups_->Stop();
  pool_.Stop();
  long_lists_.Stop();
  apart_.Stop();
  patience_.Stop();
  flights_.Clear();
}

std::optional<Reply> Dispatcher::OnRequest(Request& request, Connection& connection) {
  if (observer_ != nullptr) observer_->OnStarted(request);
  if (IsRead(request)) {
    if (auto found = cache_.Find({request.target}, request.received_at)) return FromCache(*std::move(found));
  }
  return Dispatch(request, connection);
}

std::optional<Reply> Dispatcher::Dispatch(Request& request, Connection& connection) {
  const Router::Match match = router_.Find(request.method, request.path, request.params);
  if (match.outcome != Router::Outcome::kFound) return Unroutable(request, match);
  if (auto refusal = Refuse(request, routes_[match.route])) return Refusal(request, *std::move(refusal), match.route);
  const Policy& policy = routes_[match.route].policy;
  if (const auto* cached = std::get_if<Cached>(&policy)) return Board(*cached, match.route, request, connection);
  const bool on_loop = std::holds_alternative<Immediate>(policy) || std::holds_alternative<EventStream>(policy);
  if (on_loop) return RunNow(match.route, request);
  return Enqueue(match.route, request, connection);
}

Reply Dispatcher::Unroutable(const Request& request, const Router::Match& match) const {
  if (request.target == "*") return AnswerOf(OptionsOfServer(), {});
  if (match.outcome == Router::Outcome::kBadPath) {
    return Refusal(request, Problem(request, 400, "The path's percent-encoding is broken."));
  }
  if (match.outcome == Router::Outcome::kNoPath) {
    return Refusal(request, Problem(request, 404, "There is nothing at this address."));
  }
  Response problem =
      Problem(request, 405, fmt::format("This address takes {}, not {}.", match.allow, ToString(request.method)));
  problem.headers.emplace_back("Allow", match.allow);
  return Refusal(request, std::move(problem));
}

std::optional<Response> Dispatcher::Refuse(const Request& request, const Route& route) const {
  if (!IsRead(request) && !IsOriginAllowed(request)) {
    return Problem(request, 403, "A page of another origin may not change anything here.");
  }
  if (route.admin && !admin_token_.Admits(request.authorization)) {
    Response problem = Problem(request, 401, kNeedsToken);
    problem.headers.emplace_back("WWW-Authenticate", "Bearer realm=\"demo-app\"");
    return problem;
  }
  if (request.body.size() > kLongestForm && IsForm(request)) {
    return Problem(request, 413, "A form may have 4096 bytes.");
  }
  if (route.others == Others::kRefused) {
    if (const auto known = CheckQuery(request.query, route.query); !known) return ToProblem(request, known.error());
  }
  if (!request.body.empty() && !IsIdentity(request.content_encoding)) {
    Response problem = Problem(request, 415, "The body is compressed; this server reads it only as it is.");
    problem.headers.emplace_back("Accept-Encoding", "identity");
    return problem;
  }
  return std::nullopt;
}

Reply Dispatcher::RunNow(std::uint16_t route, const Request& request) {
  const bool stream = std::holds_alternative<EventStream>(routes_[route].policy);
  Reply reply = Answer(request, Call(request, route), {.route = route, .entity_tag = IsRead(request) && !stream});
  reply.event_stream = stream && reply.response->status == 200;
  return reply;
}

WorkerPool& Dispatcher::PoolOf(std::uint16_t index, const Request& request) {
  const Route& route = routes_[index];
  if (std::holds_alternative<Apart>(route.policy)) return apart_;
  const bool lists = std::ranges::find(route.query, "limit") != route.query.end();
  return lists && LimitOf(request) > kLongList ? long_lists_ : pool_;
}

std::optional<Reply> Dispatcher::Enqueue(std::uint16_t route, Request& request, Connection& connection) {
  WorkerPool& pool = PoolOf(route, request);
  if (!pool.Reserve()) return Overloaded(request, route);
  pool.Post([this, job = Job{Ticket(&connection), request, route, pool, SteadyClock::now()}]() mutable {
    Run(std::move(job));
  });
  return std::nullopt;
}

std::size_t Dispatcher::MostWaiters() const {
  // Each keeps its connection open, which cannot be closed to free memory.
  constexpr std::size_t kWhenTight = 256;
  return options_.memory->IsTight() ? std::min(kWhenTight, options_.max_waiters) : options_.max_waiters;
}

std::optional<Reply> Dispatcher::Board(const Cached& policy, std::uint16_t route, Request& request,
                                       Connection& connection) {
  const CacheKey key = KeyOf(policy, request);
  if (policy.by_language) {
    if (auto found = cache_.Find(key, request.received_at)) return FromCache(*std::move(found));
  }
  WorkerPool& pool = PoolOf(route, request);
  auto [boarding, flight] = flights_.Board(
      FlightKeyOf(key, request), SlotsOf(policy, request), [&] { return Ticket(&connection); },
      [&] { return pool.Reserve(); }, [&](std::size_t waiting) { return waiting < MostWaiters(); });
  switch (boarding) {
    case Flights::Boarding::kJoined:
      return std::nullopt;
    case Flights::Boarding::kRefused:
      if (auto stale = FindStale(key, request.received_at)) return stale;
      return Overloaded(request, route);
    case Flights::Boarding::kLeads:
      break;
  }
  std::shared_ptr<const KeptRequest> kept;
  if (cache_.HasOverdue(key, request.received_at)) kept = std::make_shared<const KeptRequest>(request);
  const SteadyTime now = SteadyClock::now();
  if (kept) patience_.Add({flight, kept, &policy, now});
  Journey journey{kept ? kept->request() : request, route, pool, now, policy, std::move(flight), std::move(kept)};
  if (shared_lookups_) {
    shared_lookups_->Add(std::move(journey));
  } else {
    PostFlight(std::move(journey));
  }
  return std::nullopt;
}

// Said most often when there is least time for it, and so made of parts that are ready.
Reply Dispatcher::Overloaded(const Request& request, std::uint16_t route) const {
  Reply reply;
  reply.overloaded = true;
  if (PrefersHtml(request.accept)) {
    const auto language = static_cast<std::size_t>(pages::PreferencesOf(request).language);
    const StoredResponse& ready = *busy_pages_[language];
    auto page = std::make_shared<StoredResponse>();
    page->status = ready.status;
    page->route = route;
    page->head = ready.head;
    page->body = ready.body;
    reply.response = std::move(page);
    return reply;
  }
  auto refusal = std::make_shared<StoredResponse>();
  refusal->status = refusal_->status;
  refusal->route = route;
  refusal->head = refusal_->head;
  refusal->body.reserve(refusal_->body.size() + request.path.size() + 20);
  refusal->body.append(refusal_->body, 0, refusal_->body.size() - 1).append(R"(,"instance":)");
  AppendJsonString(refusal->body, request.path);
  refusal->body += '}';
  reply.response = std::move(refusal);
  return reply;
}

std::optional<Reply> Dispatcher::FindStale(const CacheKey& key, SteadyTime now) {
  auto found = cache_.FindStale(key, now);
  if (!found) return std::nullopt;
  Reply reply = FromCache(*std::move(found));
  Count(reply.cache);
  return reply;
}

void Dispatcher::Count(CacheResult result) {
  switch (result) {
    case CacheResult::kNone:
      return;
    case CacheResult::kHit:
      return cache_.Count(CacheEvent::kHit);
    case CacheResult::kMiss:
      return cache_.Count(CacheEvent::kMiss);
    case CacheResult::kCoalesced:
      return cache_.Count(CacheEvent::kCoalesced);
    case CacheResult::kStale:
      return cache_.Count(CacheEvent::kStale);
  }
}

Reply Dispatcher::OnMalformed(const Request& request, int status, std::string_view detail) {
  // No page is filled while there is no room for more than a few.
  const bool busy = status == 503 && PrefersHtml(request.accept);
  Reply reply = busy ? Overloaded(request, kNoRoute) : Refusal(request, Problem(request, status, detail));
  reply.overloaded = false;
  reply.close = true;
  return reply;
}

void Dispatcher::OnFinished(const Exchange& exchange) {
  if (observer_ == nullptr) return;
  std::uint16_t route = kNoRoute;
  if (exchange.reply != nullptr) {
    route = exchange.reply->response->route;
  } else if (!exchange.refused) {
    Router::Params params;
    const auto match = router_.Find(exchange.request.method, exchange.request.path, params);
    if (match.outcome == Router::Outcome::kFound) route = match.route;
  }
  observer_->OnFinished(exchange, route);
}

}  // namespace demo::http
