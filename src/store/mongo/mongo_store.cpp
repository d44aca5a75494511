#include "store/mongo/mongo_store.h"

#include <fmt/format.h>

#include <utility>

#include "mongo/clients.h"
#include "mongo/collections.h"
#include "mongo/connection.h"
#include "mongo/errors.h"
#include "mongo/limits.h"
#include "mongo/uri.h"
#include "store/mongo/first_contact.h"
#include "store/mongo/hosts.h"
#include "store/mongo/reads.h"
#include "store/mongo/register.h"
#include "store/mongo/replacement.h"
#include "store/mongo/sums.h"
#include "store/mongo/topology_reader.h"
#include "store/mongo/user_reader.h"
#include "store/mongo/writes.h"

namespace demo {
namespace {

using mongo::Clients;
using mongo::Connection;
namespace limits = mongo::limits;

template <typename T>
Result<void> WithoutValue(const Result<T>& result) {
  if (!result) return Fail(result.error());
  return {};
}

class MongoStore final : public Store {
 private:
  Result<Connection> Connect(std::chrono::milliseconds within) {
    const SteadyTime deadline = SteadyClock::now() + within;
    if (auto ready = first_contact_.Ensure(deadline); !ready) return Fail(ready.error());
    return Connection::Of(within > limits::kOperation ? *patient_ : *clients_, deadline);
  }

  template <typename Work>
  auto DoWithin(std::chrono::milliseconds within, const Work& work) -> decltype(work(std::declval<Connection&>())) {
    auto connection = Connect(within);
    if (!connection) return Fail(connection.error());
    auto result = work(*connection);
    if (!result && mongo::IsMissingIndex(result.error())) first_contact_.Forget();
    return result;
  }
  template <typename Work>
  auto Do(const Work& work) {
    return DoWithin(limits::kOperation, work);
  }
  template <typename Work>
  auto DoPatiently(const Work& work) {
    return DoWithin(limits::kBulk, work);
  }

  Result<mongo::UserReader::Users> FindUsers(std::span<const std::string> ids, SteadyTime deadline) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - SteadyClock::now());
    return DoWithin(left, [&](Connection& c) { return mongo::FindUsers(c, ids); });
  }

 public:
  MongoStore(std::shared_ptr<Clients> clients, std::shared_ptr<Clients> patient)
      : clients_(std::move(clients)), patient_(std::move(patient)) {}

  Result<void> Ping() override {
    auto answered = Do([&](Connection& c) -> Result<void> {
      // A router is asked for itself alone: a shard that is down is no reason to send the other shards' users away.
      if (clients_->sharded()) return WithoutValue(c.Run(mongo::Doc("ping", std::int32_t{1}), "admin"));
      return WithoutValue(c.FindOne(mongo::kUsers, mongo::Doc("_id", "")));
    });
    // Whoever reads this looks for a machine, which the driver does not always name.
    if (!answered) answered.error().message += fmt::format(" (asked: {})", mongo::HostsOf(clients_->uri()));
    return answered;
  }
  Result<Topology> DescribeTopology() override {
    return topology_.Read([&] { return Connect(limits::kOperation); });
  }

  Result<Totals> CountAll() override { return Do(mongo::CountAll); }
  Result<Page<UserSummary>> ListUsers(const PageRequest& page) override {
    return Do([&](Connection& c) { return mongo::ListUsers(c, page); });
  }
  Result<Page<Order>> ListOrders(const PageRequest& page) override {
    return Do([&](Connection& c) { return mongo::ListOrders(c, page); });
  }
  Result<Page<Order>> ListOrdersOfUser(const std::string& user_id, const PageRequest& page) override {
    return Do([&](Connection& c) { return mongo::ListOrdersOfUser(c, user_id, page); });
  }
  Result<UserSummary> GetUser(const std::string& user_id) override { return users_.Get(user_id); }
  Result<Order> GetOrder(const std::string& user_id, const std::string& order_id) override {
    return Do([&](Connection& c) { return mongo::GetOrder(c, user_id, order_id); });
  }
  Result<std::vector<DayOrders>> OrdersByDay(int days) override {
    return Do([&](Connection& c) { return mongo::OrdersByDay(c, days); });
  }
  Result<std::vector<CountrySpending>> SpendingByCountry(int limit) override {
    return Do([&](Connection& c) { return mongo::SpendingByCountry(c, limit); });
  }

  Result<User> AddUser(const NewUser& user, const IdempotencyKey& key) override {
    return Do([&](Connection& c) { return mongo::AddUser(c, user, key); });
  }
  Result<Order> PlaceOrder(const NewOrder& order, const IdempotencyKey& key) override {
    return Do([&](Connection& c) { return mongo::PlaceOrder(c, order, key); });
  }
  Result<Order> PlaceOrderForRandomUser(Money amount, const IdempotencyKey& key) override {
    return Do([&](Connection& c) { return mongo::PlaceOrderForRandomUser(c, amount, key); });
  }
  Result<std::int64_t> MigrateUsers(const IdempotencyKey& key) override {
    return DoPatiently([&](Connection& c) { return mongo::MigrateUsers(c, key); });
  }
  Result<void> ReplaceAll(std::span<const User> users, std::span<const Order> orders,
                          const IdempotencyKey& key) override {
    return DoPatiently([&](Connection& c) { return mongo::ReplaceAll(c, users, orders, key); });
  }
  Result<void> ClearAll(const IdempotencyKey& key) override {
    return DoPatiently([&](Connection& c) { return mongo::ClearAll(c, key); });
  }
  Result<bool> RecordRequest(const IdempotencyKey& key) override {
    return Do([&](Connection& c) { return mongo::RecordRequest(c, key); });
  }

  Result<void> LoadPart(const BulkPart& part) override {
    return DoPatiently([&](Connection& c) { return mongo::LoadPart(c, part); });
  }
  Result<std::int64_t> LoadPosition(const std::string& load_id) override {
    return Do([&](Connection& c) { return mongo::LoadPosition(c, load_id); });
  }

  Result<bool> RenewHost(const Host& host, std::chrono::seconds lifetime) override {
    return Do([&](Connection& c) { return hosts_.Renew(c, host, lifetime); });
  }
  Result<void> RemoveHost(const std::string& pod) override {
    return Do([&](Connection& c) { return mongo::Hosts::Remove(c, pod); });
  }
  Result<std::vector<Host>> ListHosts() override {
    return Do([&](Connection& c) { return hosts_.List(c); });
  }

  SharedRegister* shared_register() override { return &register_; }

 private:
  const std::shared_ptr<Clients> clients_;
  const std::shared_ptr<Clients> patient_;  ///< For what touches all data.
  mongo::FirstContact first_contact_{*clients_, *patient_};
  mongo::UserReader users_{[this](auto ids, SteadyTime deadline) { return FindUsers(ids, deadline); },
                           {.deadline = limits::kOperation}};
  mongo::Hosts hosts_;
  mongo::TopologyReader topology_;
  mongo::Register register_{[this] { return Connect(limits::kOperation); }};
};

}  // namespace

Result<std::unique_ptr<Store>> OpenMongoStore(const std::string& uri, const MongoOptions& options) {
  auto usual = mongo::ReadUri(uri);
  if (!usual) return Fail(usual.error());
  mongo::UriHandle patient = mongo::WithPatience(usual->get(), limits::kBulk);
  return std::make_unique<MongoStore>(Clients::Make(*std::move(usual), options.watch),
                                      Clients::Make(std::move(patient), options.watch));
}

}  // namespace demo
