#pragma once

#include <boost/json/object.hpp>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "cluster/connection.h"
#include "cluster/observed.h"
#include "cluster/plan.h"
#include "cluster/topology.h"

namespace demo::cluster {

/// The servers of one topology: looks at them and runs single steps on them. Keeps its connections from look to look.
/// For one thread; `topology` must outlive it.
class LiveCluster {
 public:
  explicit LiveCluster(const Topology& topology) : topology_(topology) {}

  /// Asks every server, all at once, then the primaries and one router for more. Changes nothing. Silent servers cost
  /// 2 s together; one that falls silent in between costs its deadline.
  Observed Look();

  /// Looks also at what is behind each member's address, and at the router that the service's `uri` (MONGODB_URI; may
  /// be empty) names alone. Opens four connections to each member, one after the other.
  void LookCloser(const std::string& uri, Observed& observed);

  /// Runs the step's command. Some take long: to add a shard that cannot be reached, 20 s.
  CommandResult Run(const Do& step);

 private:
  CommandResult Ask(const std::string& address, const std::string& database, const boost::json::object& command);
  CommandResult AskAs(const Credentials& user, const std::string& address, const boost::json::object& command);
  CommandResult AskOn(const std::string& slot, const std::string& address,
                      const std::optional<Credentials>& credentials, const std::string& database,
                      const boost::json::object& command);
  [[nodiscard]] std::optional<Credentials> CredentialsFor(const std::string& address) const;

  /// Who answers on a connection of its own: "host:port, process 7", and whether it is primary; empty for nobody.
  [[nodiscard]] std::string WhoIs(const std::string& address) const;
  void GreetAll(Observed& observed);
  void LookAtSet(SetView& set);
  void LookAtUsers(Observed& observed);
  void LookAtData(Observed& observed);

  const Topology& topology_;
  std::map<std::string, std::unique_ptr<Connection>> connections_;  ///< By address and login; those that work.
};

/// What is asked of a server on `database`, for look_data.cpp.
using AskServer = std::function<CommandResult(const std::string& database, const boost::json::object& command)>;

/// Whom to ask for data: a router, or a plain replica set's primary. Null where nobody answers, and as long as the
/// administrator is known to be unable to log in. Pure.
const Server* WhoTellsOfData(const Topology& topology, const Observed& observed);

/// Everything that `data` holds, asked through `ask`.
std::expected<DataView, CommandError> LookThrough(const Topology& topology, const Server& server, const AskServer& ask);

}  // namespace demo::cluster
