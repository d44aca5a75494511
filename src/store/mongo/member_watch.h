#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "mongo/handles.h"
#include "store/mongo/member_roles.h"
#include "store/store.h"

namespace demo::mongo {

/// Asks the members of one replica set what they are, each of them twice a second, on threads of the driver. Needs no
/// login. Follows the set when its members change. Members that cannot be reached from here cost nobody anything.
class MemberWatch {
 public:
  /// Asks `set`'s members at first, over TLS where `like` says so.
  MemberWatch(const mongoc_uri_t* like, const Topology::ReplicaSet& set);
  /// Waits for the driver's threads, half a second.
  ~MemberWatch();
  MemberWatch(const MemberWatch&) = delete;
  MemberWatch& operator=(const MemberWatch&) = delete;

  /// Of those that answer now. Never blocks. For one thread.
  [[nodiscard]] std::vector<MemberAnswer> Answers() const;

 private:
  PoolHandle pool_;
  mongoc_client_t* client_ = nullptr;
};

}  // namespace demo::mongo
