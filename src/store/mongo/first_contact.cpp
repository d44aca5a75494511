#include "store/mongo/first_contact.h"

#include <fmt/format.h>

#include <string>
#include <vector>

#include "base/faults.h"
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

bool IsRecentFailure(const Result<void>& result, SteadyTime at) {
  return !result && SteadyClock::now() - at < kFailureCounts;
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

Result<void> FirstContact::Ensure(SteadyTime deadline) {
  if (done_.load(std::memory_order_acquire)) return {};
  const auto meeting = Current();
  if (meeting.wait_until(deadline) == std::future_status::timeout) {
    return Fail(ErrorCode::kUnavailable, "MongoDB is being prepared: its indexes are built.");
  }
  return meeting.get().result;
}

std::shared_future<FirstContact::Meeting> FirstContact::Current() {
  const std::lock_guard lock(mutex_);
  if (meeting_.valid()) {
    const bool is_over = meeting_.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
    if (!is_over || done_.load() || IsRecentFailure(meeting_.get().result, meeting_.get().at)) return meeting_;
  }
  meeting_ = std::async(std::launch::async, [this] {
    const Result<void> result = OrFail([this] { return Meet(); });
    done_.store(result.has_value(), std::memory_order_release);
    return Meeting{result, SteadyClock::now()};
  });
  return meeting_;
}

Result<void> FirstContact::Meet() {
  auto connection = Connection::Of(clients_, SteadyClock::now() + limits::kOperation);
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
  auto patient = Connection::Of(patient_, SteadyClock::now() + limits::kBulk);
  if (!patient) return Fail(patient.error());
  return CreateIndexes(*patient);
}

}  // namespace demo::mongo
