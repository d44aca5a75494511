#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>

#include "base/clock.h"
#include "mongo/connection.h"
#include "store/mongo/member_roles.h"
#include "store/mongo/member_watch.h"
#include "store/mongo/router_answers.h"
#include "store/mongo/topology_look.h"
#include "store/store.h"

namespace demo::mongo {

/// Asks the servers what they are, at most once a second however many ask, and each half second listens to what the
/// driver was told meanwhile: by members themselves where they can be reached, so that a set without a primary keeps
/// nobody waiting to hear of it. Thread-safe.
class TopologyReader {
 public:
  using Connect = std::function<Result<Connection>()>;

  /// What was read a moment ago, or now. A part that cannot be read is absent, but for the numbers of
  /// documents and chunks (Topology::counted_at); only a store that does not answer at all is an error.
  Result<Topology> Read(const Connect& connect);

 private:
  struct WatchedSet {
    std::unique_ptr<MemberWatch> watch;
    MemberRoles roles;
  };

  Result<Topology> ReadNow(Connection& connection);
  Result<Topology> Ask(Connection& connection);
  /// What is known, with what members and routers have said since, for which nobody is asked.
  Topology Listen(const TopologyLook& look);
  /// What the members of a replica set say while there is no primary to be asked for more.
  std::optional<Topology> BetweenPrimaries();
  void ReadSharding(const TopologyLook& look, UnixMillis now, Topology& topology);
  void ReadRoles(const TopologyLook& look, Topology& topology);
  void ReadRouters(const TopologyLook& look, UnixMillis now, Topology& topology);
  void MarkRouters(const TopologyLook& look, Topology& topology);
  /// Counts while nobody has to wait for a primary, and keeps what was counted before otherwise.
  void ReadContents(const TopologyLook& look, Topology& topology);
  /// Null where nobody is known who could be asked.
  WatchedSet* Watch(mongoc_client_t* client, const Topology::ReplicaSet& set);
  /// Whether each member tells what it is.
  bool TellsAll(mongoc_client_t* client, const Topology::ReplicaSet& set);
  void MergeAnswers(mongoc_client_t* client, Topology::ReplicaSet& set);

  std::timed_mutex mutex_;
  // Under mutex_.
  std::optional<Result<Topology>> last_;
  SteadyTime last_at_{};
  Topology known_;  ///< The last that was read.
  SteadyTime ask_again_{};
  std::map<std::string, WatchedSet> sets_;
  RouterAnswers router_answers_;
  const mongoc_client_t* asked_ = nullptr;  ///< At the last look for routers.
  SteadyTime count_again_{};
};

}  // namespace demo::mongo
