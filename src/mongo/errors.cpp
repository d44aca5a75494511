#include "mongo/errors.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "mongo/document.h"

namespace demo::mongo {
namespace {

using enum ErrorCode;

struct ServerError {
  std::uint32_t code;
  ErrorCode means;
  bool between_primaries = false;  ///< Of who has just lost its primary, or is about to stop.
};

// Codes of src/mongo/base/error_codes of MongoDB 4.0 to 8.0, by number.
constexpr ServerError kServerErrors[] = {
    {6, kUnavailable, true},      // HostUnreachable
    {7, kUnavailable, true},      // HostNotFound
    {13, kUnavailable},           // Unauthorized: somebody may grant it
    {24, kUnavailable},           // LockTimeout
    {43, kUnavailable},           // CursorNotFound: the member that had it is gone
    {46, kUnavailable},           // LockBusy
    {50, kTimeout},               // MaxTimeMSExpired
    {63, kUnavailable},           // StaleShardVersion
    {64, kUnavailable},           // WriteConcernFailed: done by one member, not known of a majority
    {70, kUnavailable},           // ShardNotFound
    {71, kUnavailable},           // ReplicaSetNotFound: a router that does not know its shards yet
    {79, kUnavailable},           // UnknownReplWriteConcern
    {83, kUnavailable},           // RemoteResultsUnavailable
    {89, kUnavailable},           // NetworkTimeout
    {90, kUnavailable},           // CallbackCanceled: by a router that stops
    {91, kUnavailable, true},     // ShutdownInProgress
    {100, kUnavailable},          // UnsatisfiableWriteConcern: too few members
    {107, kUnavailable},          // LockFailed
    {112, kUnavailable},          // WriteConflict
    {117, kUnavailable},          // ConflictingOperationInProgress
    {133, kUnavailable, true},    // FailedToSatisfyReadPreference
    {134, kUnavailable},          // ReadConcernMajorityNotAvailableYet
    {145, kUnavailable},          // PooledConnectionsDropped
    {149, kUnavailable},          // NoConfigPrimary
    {150, kUnavailable},          // StaleEpoch
    {175, kUnavailable},          // QueryPlanKilled
    {187, kUnavailable},          // LinearizableReadConcernError: it may be no primary any more
    {189, kUnavailable, true},    // PrimarySteppedDown
    {199, kUnavailable},          // ReplicaSetMonitorRemoved
    {202, kTimeout, true},        // NetworkInterfaceExceededTimeLimit: of a router, for a connection to who is gone
    {203, kUnavailable},          // ShardingStateNotInitialized
    {211, kUnavailable},          // KeyNotFound: no config server gives a router the keys that sign its time
    {215, kUnavailable},          // DatabaseDropPending
    {216, kUnavailable, true},    // ElectionInProgress
    {227, kUnavailable},          // CannotImplicitlyCreateCollection: an old router looks again
    {237, kUnavailable},          // CursorKilled
    {239, kUnavailable},          // SnapshotTooOld
    {246, kUnavailable},          // SnapshotUnavailable
    {249, kUnavailable},          // StaleDbVersion
    {250, kUnavailable},          // StaleChunkHistory
    {251, kUnavailable},          // NoSuchTransaction
    {261, kUnavailable},          // TooManyLogicalSessions
    {262, kTimeout},              // ExceededTimeLimit
    {264, kUnavailable},          // TooManyFilesOpen
    {267, kUnavailable},          // PreparedTransactionInProgress
    {272, kUnavailable},          // MigrationConflict
    {279, kUnavailable},          // ClientDisconnect
    {281, kUnavailable},          // TransactionCoordinatorSteppingDown
    {290, kUnavailable},          // TransactionExceededLifetimeLimitSeconds
    {314, kUnavailable},          // ObjectIsBusy
    {317, kUnavailable},          // ConnectionPoolExpired
    {342, kUnavailable},          // ReshardingCriticalSectionTimeout
    {343, kUnavailable},          // ShardCannotRefreshDueToLocksHeld
    {355, kUnavailable},          // InterruptedDueToStorageChange
    {358, kUnavailable},          // InternalTransactionNotSupported while upgrading
    {363, kUnavailable},          // RetryableTransactionInProgress
    {365, kUnavailable},          // TemporarilyUnavailable
    {384, kUnavailable},          // ConnectionError
    {402, kUnavailable},          // ResourceExhausted
    {406, kUnavailable},          // MigrationBlockingOperationCoordinatorCleaningUp
    {407, kTimeout},              // PooledConnectionAcquisitionExceededTimeLimit
    {412, kUnavailable},          // UpdatesStillPending
    {433, kUnavailable},          // AdmissionQueueOverflow
    {9001, kUnavailable, true},   // SocketException
    {10107, kUnavailable, true},  // NotWritablePrimary
    {11000, kConflict},           // DuplicateKey
    {11001, kConflict},           // the same, of an update, from old servers
    {11600, kUnavailable, true},  // InterruptedAtShutdown
    {11601, kUnavailable},        // Interrupted
    {11602, kUnavailable, true},  // InterruptedDueToReplStateChange
    {12582, kConflict},           // a duplicate key, through an old router
    {13388, kUnavailable},        // StaleConfig
    {13435, kUnavailable, true},  // NotPrimaryNoSecondaryOk
    {13436, kUnavailable, true},  // NotPrimaryOrSecondary
    {14031, kUnavailable},        // OutOfDiskSpace
};
static_assert(std::ranges::is_sorted(kServerErrors, {}, &ServerError::code));

/// Null for a code that is not in the table.
const ServerError* FindServerError(std::uint32_t code) {
  const auto* found = std::ranges::lower_bound(kServerErrors, code, {}, &ServerError::code);
  return found != std::end(kServerErrors) && found->code == code ? found : nullptr;
}

constexpr std::string_view kMissingIndex = "An index of MongoDB is missing; it is made again.";

Error FromServer(const bson_error_t& error) {
  // BadValue is the code of many things; only the words tell that a hint names no index.
  const bool is_hint = error.code == 2 && std::string_view(error.message).find("hint") != std::string_view::npos;
  if (is_hint) return {kUnavailable, std::string(kMissingIndex), {}};
  if (error.code == kUnauthorized) return {kUnavailable, "MongoDB lets the user of MONGODB_URI not do that.", {}};
  const ServerError* known = FindServerError(error.code);
  return {known != nullptr ? known->means : kInternal,
          fmt::format("MongoDB: {} (code {})", std::string_view(error.message), error.code),
          {}};
}

/// The driver's sentence without its own terms: what is in brackets names each server and why it does not do.
std::string NoServer(std::string_view message) {
  const auto begin = message.find('[');
  const auto end = message.rfind(']');
  const bool has_reason = begin != std::string_view::npos && end != std::string_view::npos && begin < end;
  const std::string_view reason = has_reason ? message.substr(begin, end - begin + 1) : message;
  return fmt::format("No MongoDB server can be used: {}", reason);
}

}  // namespace

Error ToError(const bson_error_t& error) {
  const std::string_view message = error.message;
  if (IsRefusedLogin(error)) return {kUnavailable, "MongoDB refuses the user or the password of MONGODB_URI.", {}};
  switch (error.domain) {
    case MONGOC_ERROR_SERVER:
      return FromServer(error);
    case MONGOC_ERROR_SERVER_SELECTION:
      return {kUnavailable, NoServer(message), {}};
    case MONGOC_ERROR_STREAM:
      return {kUnavailable, fmt::format("The connection to MongoDB broke: {}", message), {}};
    case MONGOC_ERROR_WRITE_CONCERN:
      return {kUnavailable, fmt::format("MongoDB: not known of a majority: {}", message), {}};
    case MONGOC_ERROR_CLIENT:
    case MONGOC_ERROR_PROTOCOL:
      return {kUnavailable, fmt::format("MongoDB: {}", message), {}};
    default:
      return {kInternal, fmt::format("MongoDB driver: {} (domain {}, code {})", message, error.domain, error.code), {}};
  }
}

bool IsMissingIndex(const Error& error) { return error.message == kMissingIndex; }

bool IsRefusedLogin(const bson_error_t& error) {
  switch (error.domain) {
    case MONGOC_ERROR_CLIENT:
      return error.code == MONGOC_ERROR_CLIENT_AUTHENTICATE;
    case MONGOC_ERROR_SERVER:
      return error.code == kAuthenticationFailed;
    case MONGOC_ERROR_SCRAM:
    case MONGOC_ERROR_SASL:
      return true;
    default:
      return false;
  }
}

bool IsBetweenPrimaries(const bson_error_t& error) {
  if (error.domain == MONGOC_ERROR_STREAM) return true;
  // A router asks the config servers who a user is, and refuses everybody while those are between primaries.
  if (IsRefusedLogin(error)) return true;
  if (error.domain != MONGOC_ERROR_SERVER && error.domain != MONGOC_ERROR_WRITE_CONCERN) return false;
  const ServerError* known = FindServerError(error.code);
  return known != nullptr && known->between_primaries;
}

bson_error_t OfWrite(const bson_t* reply, const bson_error_t& error) {
  const auto doubt = View(reply).FindDocument("writeConcernErrors.0");
  if (!doubt) return error;
  bson_error_t worse;
  bson_set_error(&worse, MONGOC_ERROR_WRITE_CONCERN, static_cast<std::uint32_t>(doubt->Int("code")), "%s",
                 doubt->Text("errmsg").c_str());
  return worse;
}

bool IsDuplicateKey(const bson_error_t& error) {
  return error.domain == MONGOC_ERROR_SERVER && (error.code == 11000 || error.code == 11001 || error.code == 12582);
}

bool HasOnlyDuplicateKeys(const bson_t* reply) {
  const View view(reply);
  int errors = 0;
  bool only = !view.Has("writeConcernErrors.0") && !view.Has("errorLabels.0");
  view.ForEach("writeErrors", [&](const std::string&, const View& each) {
    const std::int64_t code = each.Int("code");
    only &= code == 11000 || code == 11001 || code == 12582;
    ++errors;
  });
  return only && errors > 0;
}

}  // namespace demo::mongo
