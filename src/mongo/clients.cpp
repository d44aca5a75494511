#include "mongo/clients.h"

#include <fmt/format.h>

#include <utility>

#include "base/store_work.h"
#include "mongo/driver.h"
#include "mongo/errors.h"
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
  mongoc_client_t* client = nullptr;

  Lease() = default;
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;
  ~Lease() { GiveBack(); }

  void GiveBack() {
    if (client != nullptr) mongoc_client_pool_push(owner->pool_.get(), client);
    client = nullptr;
    owner.reset();
  }
};

Clients::Clients(UriHandle uri, Watch watch) : uri_(std::move(uri)), watch_(std::move(watch)) { StartDriver(); }
Clients::~Clients() = default;

std::shared_ptr<Clients> Clients::Make(UriHandle uri, Watch watch) {
  return std::shared_ptr<Clients>(new Clients(std::move(uri), std::move(watch)));
}

Result<mongoc_client_t*> Clients::OfThisThread() {
  thread_local Lease lease;
  if (lease.owner.get() == this) return lease.client;
  lease.GiveBack();
  const auto pool = Pool();
  if (!pool) return Fail(pool.error());
  mongoc_client_t* client = mongoc_client_pool_pop(*pool);
  if (client == nullptr) return Fail(ErrorCode::kUnavailable, "All clients of MongoDB are taken.");
  lease.client = client;
  lease.owner = shared_from_this();
  return client;
}

Result<mongoc_client_pool_t*> Clients::Pool() {
  const std::lock_guard lock(mutex_);
  if (pool_) return pool_.get();
  bson_error_t error{};
  PoolHandle pool(mongoc_client_pool_new_with_error(uri_.get(), &error));
  if (!pool) {
    return Fail(ErrorCode::kUnavailable,
                fmt::format("The hosts of {} are not known: {}", HostsOf(uri_.get()), std::string_view(error.message)));
  }
  mongoc_client_pool_set_error_api(pool.get(), MONGOC_ERROR_API_VERSION_2);
  SetCallbacks(pool.get());
  pool_ = std::move(pool);
  return pool_.get();
}

void Clients::SetCallbacks(mongoc_client_pool_t* pool) {
  const CallbacksHandle callbacks(mongoc_apm_callbacks_new());
  mongoc_apm_set_command_started_cb(callbacks.get(), OnStarted);
  mongoc_apm_set_command_failed_cb(callbacks.get(), OnFailed);
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
}

}  // namespace demo::mongo
