#include "mongo/clients.h"

#include <fmt/format.h>
#include <pthread.h>

#include <thread>
#include <utility>

#include "base/faults.h"
#include "base/log.h"
#include "base/store_work.h"
#include "mongo/driver.h"
#include "mongo/errors.h"
#include "mongo/limits.h"
#include "mongo/reply_deadline.h"
#include "mongo/shape.h"
#include "mongo/uri.h"

namespace demo::mongo {
namespace {

/// The last command of this thread that failed: the driver sends a retry under the same operation.
struct Failed {
  std::int64_t operation = -1;
  std::string name;
};
thread_local Failed failed;

}  // namespace

struct Clients::Lease {
  std::shared_ptr<Clients> owner;
  SharedPool pool;
  mongoc_client_t* client = nullptr;
  int generation = 0;

  Lease() = default;
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;
  ~Lease() { GiveBack(); }

  void GiveBack() {
    if (client != nullptr) mongoc_client_pool_push(pool.get(), client);
    client = nullptr;
    pool.reset();  // before its owner, which its callbacks know
    owner.reset();
  }
};

Clients::Clients(UriHandle uri, Watch watch) : uri_(std::move(uri)), watch_(std::move(watch)) { StartDriver(); }
Clients::~Clients() {
  hosts_.reset();  // It makes pools.
  pool_.reset();   // Its monitors report here until they have stopped.
}

std::shared_ptr<Clients> Clients::Make(UriHandle uri, Watch watch) {
  return std::shared_ptr<Clients>(new Clients(std::move(uri), std::move(watch)));
}

Result<mongoc_client_t*> Clients::OfThisThread(SteadyTime deadline) {
  thread_local Lease lease;
  const int generation = generation_.load();
  if (lease.owner.get() == this && lease.generation == generation) return lease.client;
  lease.GiveBack();
  auto pool = Pool(deadline);
  if (!pool) return Fail(pool.error());
  mongoc_client_t* client = mongoc_client_pool_pop(pool->get());
  if (client == nullptr) return Fail(ErrorCode::kUnavailable, "All clients of MongoDB are taken.");
  KeepDeadlines(client);
  lease.owner = shared_from_this();
  lease.pool = *std::move(pool);
  lease.client = client;
  lease.generation = generation;
  return client;
}

std::string Clients::WrongSet() const {
  const std::lock_guard lock(mutex_);
  return wrong_set_;
}

void Clients::StartAfresh() {
  SharedPool old;  // outlives the lock, for which its monitors may wait
  const std::lock_guard lock(mutex_);
  old.swap(pool_);
  wrong_set_.clear();
  ++generation_;
}

Result<Clients::SharedPool> Clients::Pool(SteadyTime deadline) {
  std::shared_future<Result<SharedPool>> making;
  {
    const std::lock_guard lock(mutex_);
    if (pool_) return pool_;
    if (!making_.valid()) making_ = BeginPool();
    making = making_;
  }
  if (making.wait_until(deadline) == std::future_status::ready) return making.get();
  return Fail(ErrorCode::kUnavailable, fmt::format("The resolver does not say who {} is.", HostsOf(uri_.get())));
}

std::shared_future<Result<Clients::SharedPool>> Clients::BeginPool() {
  std::promise<Result<SharedPool>> promise;
  auto made = promise.get_future().share();
  std::thread([self = shared_from_this(), promise = std::move(promise)]() mutable {
    pthread_setname_np(pthread_self(), "mongo-pool");
    auto pool = OrFail([&self] { return self->FirstPool(); });
    {
      const std::lock_guard lock(self->mutex_);
      self->making_ = {};
    }
    Survive("mongo-pool", [&] { promise.set_value(std::move(pool)); });
  }).detach();
  return made;
}

Result<Clients::SharedPool> Clients::FirstPool() {
  // Whom this look finds the pool will know: it looks after it.
  auto known = KnownHosts();
  if (!known) return Fail(known.error());
  auto pool = NewPool();
  if (!pool) return pool;
  const std::lock_guard lock(mutex_);
  pool_ = *pool;
  if (*known && !hosts_) {
    hosts_.emplace(
        **std::move(known), limits::kLookUp, [this] { return LookUpHosts(uri_.get()); },
        [this] { return MeetNewHosts(); });
  }
  return pool;
}

Result<Clients::SharedPool> Clients::NewPool() {
  bson_error_t error{};
  PoolHandle pool(mongoc_client_pool_new_with_error(uri_.get(), &error));
  if (!pool) return FailForHosts(uri_.get(), error);
  mongoc_client_pool_set_error_api(pool.get(), MONGOC_ERROR_API_VERSION_2);
  SetCallbacks(pool.get());
  return SharedPool(std::move(pool));
}

Result<std::optional<HostNames>> Clients::KnownHosts() const {
  if (mongoc_uri_get_srv_hostname(uri_.get()) == nullptr) return std::nullopt;
  return LookUpHosts(uri_.get());
}

bool Clients::MeetNewHosts() {
  auto pool = NewPool();
  if (!pool) return false;
  const std::lock_guard lock(mutex_);
  pool->swap(pool_);  // The old one outlives the lock, for which its monitors may wait.
  ++generation_;
  return true;
}

void Clients::SetCallbacks(mongoc_client_pool_t* pool) {
  const CallbacksHandle callbacks(mongoc_apm_callbacks_new());
  // The driver calls these in C, through which nothing may be thrown.
  mongoc_apm_set_command_started_cb(callbacks.get(), [](const mongoc_apm_command_started_t* event) {
    Survive("mongodb", [event] { OnStarted(event); });
  });
  mongoc_apm_set_command_failed_cb(callbacks.get(), [](const mongoc_apm_command_failed_t* event) {
    Survive("mongodb", [event] { OnFailed(event); });
  });
  mongoc_apm_set_server_changed_cb(callbacks.get(), [](const mongoc_apm_server_changed_t* event) {
    Survive("mongodb", [event] { OnServerChanged(event); });
  });
  mongoc_client_pool_set_apm_callbacks(pool, callbacks.get(), this);
}

void Clients::OnStarted(const mongoc_apm_command_started_t* event) {
  const auto* clients = static_cast<const Clients*>(mongoc_apm_command_started_get_context(event));
  const std::string_view name = mongoc_apm_command_started_get_command_name(event);
  const View command(mongoc_apm_command_started_get_command(event));
  const bool is_retry = failed.operation == mongoc_apm_command_started_get_operation_id(event) && failed.name == name;
  failed.operation = -1;
  store_work::Add(clients->sharded() ? ReachOf(name, command) : store_work::Reach::kNone, is_retry);
  if (clients->watch_) clients->watch_(name, command);
}

void Clients::OnFailed(const mongoc_apm_command_failed_t* event) {
  failed = {mongoc_apm_command_failed_get_operation_id(event), mongoc_apm_command_failed_get_command_name(event)};
  bson_error_t error{};
  mongoc_apm_command_failed_get_error(event, &error);
  // A refusal is told to whoever asked: looks at what this user may not see are refused for ever, and it may quote
  // data.
  if (error.domain == MONGOC_ERROR_SERVER) return;
  static log::Throttle throttle;
  log::Warning(throttle, "a command of MongoDB failed",
               {{"command", failed.name},
                {"server", std::string_view(mongoc_apm_command_failed_get_host(event)->host_and_port)},
                {"after_ms", mongoc_apm_command_failed_get_duration(event) / 1000},
                {"reason", std::string_view(error.message)}});
}

void Clients::OnServerChanged(const mongoc_apm_server_changed_t* event) {
  auto* clients = static_cast<Clients*>(mongoc_apm_server_changed_get_context(event));
  const char* wanted = mongoc_uri_get_replica_set(clients->uri_.get());
  const auto* server = mongoc_apm_server_changed_get_new_description(event);
  const bool answered = std::string_view(mongoc_server_description_type(server)) != "Unknown";
  if (wanted == nullptr || !answered) return;
  const std::string found = View(mongoc_server_description_hello_response(server)).Text("setName");
  if (found == wanted) return;
  const std::lock_guard lock(clients->mutex_);
  clients->wrong_set_ = fmt::format("{} is of {}, and MONGODB_URI names replica set {}",
                                    mongoc_apm_server_changed_get_host(event)->host_and_port,
                                    found.empty() ? "no replica set" : "replica set " + found, wanted);
}

}  // namespace demo::mongo
