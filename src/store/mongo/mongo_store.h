#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "mongo/document.h"
#include "store/store.h"

namespace demo {

struct MongoOptions {
  /// Sees every command as it is sent, on the thread that sends it: for tests.
  std::function<void(std::string_view name, const mongo::View& command)> watch{};
};

/// The store on a replica set or a sharded cluster, MongoDB 4.0 or newer. Connects at the first operation, not here, so
/// that a server that comes later is found then; until it does, every operation is Unavailable and says why.
/// Errors: Invalid (the URI, see mongo::ReadUri).
Result<std::unique_ptr<Store>> OpenMongoStore(const std::string& uri, const MongoOptions& options = {});

}  // namespace demo
