#include "store/mongo/register.h"

#include "mongo/collections.h"
#include "mongo/fields.h"

namespace demo::mongo {
namespace {

Document Identity() { return Doc("_id", "register"); }

Result<SharedRegister::Value> ToValue(const View& document) {
  Fields fields(kShared, document);
  return fields.Done(SharedRegister::Value{fields.Int("version"), fields.Text("text")});
}

/// Linearizable: also a primary that does not know yet that it is none gives no old value.
Result<SharedRegister::Value> ReadFrom(Connection& connection) {
  const auto found = connection.FindOne(kShared, Identity(), Doc("readConcern", Doc("level", "linearizable")));
  if (!found) return Fail(found.error());
  return *found ? ToValue((*found)->view()) : SharedRegister::Value();
}

Document Change(const std::string& text) {
  Document change = Doc("$set", Doc("text", text));
  change.Add("$inc", Doc("version", std::int64_t{1}));
  return change;
}

}  // namespace

Result<SharedRegister::Value> Register::Read() {
  auto connection = connect_();
  if (!connection) return Fail(connection.error());
  return ReadFrom(*connection);
}

Result<SharedRegister::Value> Register::Write(const std::string& text) {
  auto connection = connect_();
  if (!connection) return Fail(connection.error());
  auto changed = connection->UpdateAndGet(kShared, Identity(), Change(text), true);
  // Two first changes met, and the other made the document.
  if (!changed && changed.error().code == ErrorCode::kConflict) {
    changed = connection->UpdateAndGet(kShared, Identity(), Change(text), true);
  }
  if (!changed) return Fail(changed.error());
  return *changed ? ToValue((*changed)->view()) : Result<Value>(Value());
}

Result<SharedRegister::Value> Register::WriteIf(std::int64_t version, const std::string& text) {
  auto connection = connect_();
  if (!connection) return Fail(connection.error());
  if (version == 0) {
    Document first = Identity();
    first.Add("version", std::int64_t{1}).Add("text", text);
    const auto inserted = connection->Insert(kShared, first);
    if (!inserted) return Fail(inserted.error());
    return *inserted ? Value{1, text} : ReadFrom(*connection);
  }
  Document filter = Identity();
  filter.Add("version", version);
  const auto changed = connection->UpdateAndGet(kShared, filter, Change(text), false);
  if (!changed) return Fail(changed.error());
  return *changed ? ToValue((*changed)->view()) : ReadFrom(*connection);
}

}  // namespace demo::mongo
