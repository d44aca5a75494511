#include "store/mongo/first_contact.h"

#include <fmt/format.h>

#include <string>
#include <vector>

#include "mongo/collections.h"
#include "mongo/limits.h"
#include "mongo/uri.h"

namespace demo::mongo {
namespace {

constexpr std::int64_t kWireVersionOf40 = 7;
constexpr std::chrono::seconds kFailureCounts{1};

Document ToDocument(const Index& index) {
  Document document;
  document.Add("key", Document::FromJson(index.keys)).Add("name", index.name);
  if (index.expire_after_seconds > 0) document.Add("expireAfterSeconds", std::int32_t{index.expire_after_seconds});
  return document;
}

}  // namespace

Result<void> CreateIndexes(Connection& connection) {
  for (const Collection& collection : kCollections) {
    if (collection.indexes.empty()) continue;
    std::vector<Document> indexes;
    for (const Index& index : collection.indexes) indexes.push_back(ToDocument(index));
    Document command = Doc("createIndexes", collection.name);
    command.AddArray("indexes", indexes);
    if (auto created = connection.Run(command); !created) return Fail(created.error());
  }
  return {};
}

Result<void> FirstContact::Ensure() {
  if (done_.load(std::memory_order_acquire)) return {};
  const std::unique_lock lock(mutex_, limits::kOperation);
  if (!lock) return Fail(ErrorCode::kUnavailable, "MongoDB is being prepared: its indexes are built.");
  if (done_.load(std::memory_order_acquire)) return {};
  if (!last_ && SteadyClock::now() - last_at_ < kFailureCounts) return last_;
  last_ = Meet();
  last_at_ = SteadyClock::now();
  done_.store(last_.has_value(), std::memory_order_release);
  return last_;
}

Result<void> FirstContact::Meet() {
  auto connection = Connection::Of(clients_, limits::kOperation);
  if (!connection) return Fail(connection.error());
  const auto hello = connection->Run(Doc("isMaster", std::int32_t{1}), "admin");
  if (!hello) {
    const std::string wrong_set = clients_.WrongSet();
    if (wrong_set.empty()) return Fail(hello.error());
    clients_.StartAfresh();
    return Fail(ErrorCode::kUnavailable, fmt::format("No MongoDB server can be used: {}.", wrong_set));
  }
  if (hello->view().Int("maxWireVersion") < kWireVersionOf40) {
    const auto build = connection->Run(Doc("buildInfo", std::int32_t{1}), "admin");
    return Fail(ErrorCode::kUnavailable,
                fmt::format("MongoDB {} at {} is too old: 4.0 is the oldest that can be used.",
                            build ? build->view().Text("version") : "of an unknown version", HostsOf(clients_.uri())));
  }
  clients_.set_sharded(hello->view().Text("msg") == "isdbgrid");
  patient_.set_sharded(clients_.sharded());
  auto patient = Connection::Of(patient_, limits::kBulk);
  if (!patient) return Fail(patient.error());
  return CreateIndexes(*patient);
}

}  // namespace demo::mongo
