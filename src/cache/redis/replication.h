#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/endpoint.h"
#include "cache/redis/reply.h"
#include "cache/shared_tier.h"

namespace demo::redis {

/// What INFO says of a server's replication.
struct Replication {
  bool primary = false;
  std::string id;  ///< master_replid: another one after each restart, failover and full resynchronisation.
  std::vector<SharedTierStatus::Replica> replicas;
};

/// Nothing where role or master_replid are missing. Pure.
std::optional<Replication> ReadReplication(std::string_view info);
/// The value of `name` in what INFO says, or empty. Pure.
std::string_view InfoField(std::string_view info, std::string_view name);

/// The answer of SENTINEL get-master-addr-by-name. Pure.
std::optional<Endpoint> ReadMasterAddress(const Reply& reply);
/// Where the others of SENTINEL sentinels listen; what cannot be read is left out. Pure.
std::vector<Endpoint> ReadSentinels(const Reply& reply);
/// The new address in a message of +switch-master, where it is about `master_name`. Pure.
std::optional<Endpoint> ReadSwitch(std::string_view message, std::string_view master_name);

}  // namespace demo::redis
