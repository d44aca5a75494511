#include "mongo/uri.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>

#include "base/secret_file.h"
#include "mongo/collections.h"
#include "mongo/document.h"
#include "mongo/limits.h"
#include "mongo/uri_text.h"

namespace demo::mongo {
namespace {

constexpr const char* kDefaultDatabase = "demoDB";

/// A yes-or-no option that must not be what it is.
struct Forbidden {
  const char* option;  ///< As the driver knows it.
  std::string_view got;
  bool value;
  std::string_view wants;
};

constexpr Forbidden kForbidden[] = {
    {MONGOC_URI_DIRECTCONNECTION, "directConnection=true", true,
     "it left out: the service has to find every router or member, or it fails with the one that is named"},
    {MONGOC_URI_LOADBALANCED, "loadBalanced=true", true,
     "it left out: the service talks to routers and members itself"},
    {MONGOC_URI_RETRYWRITES, "retryWrites=false", false, "retryWrites=true, which is set when it is left out"},
    {MONGOC_URI_RETRYREADS, "retryReads=false", false, "retryReads=true, which is set when it is left out"},
    {MONGOC_URI_SAFE, "safe=false", false, "it left out: w=majority is set"},
    {MONGOC_URI_JOURNAL, "journal=false", false, "journal=true, which is set when it is left out"},
};

constexpr std::array<std::string_view, 6> kMechanisms = {"SCRAM-SHA-1", "SCRAM-SHA-256", "MONGODB-X509",
                                                         "PLAIN",       "GSSAPI",        "MONGODB-AWS"};
constexpr std::string_view kWithPassword[] = {"SCRAM-SHA-1", "SCRAM-SHA-256", "PLAIN"};

struct File {
  const char* option;  ///< As the driver knows it.
  const char* name;
};
constexpr std::size_t kLongestFile = 4 * 1024 * 1024;  // a system's bundle of authorities has a quarter of a MiB
constexpr File kFiles[] = {{MONGOC_URI_TLSCAFILE, "tlsCAFile"},
                           {MONGOC_URI_TLSCERTIFICATEKEYFILE, "tlsCertificateKeyFile"}};

/// What no server takes: the driver cuts nothing off, and would ask for it.
bool IsDatabaseName(std::string_view name) {
  constexpr std::size_t kLongest = 63;
  return name.size() <= kLongest && std::ranges::none_of(name, [](unsigned char c) { return std::iscntrl(c) != 0; });
}

/// No check of names, which resolvers take in many forms: what can only be a mistake.
bool HasStrangeHost(const mongoc_uri_t* uri) {
  for (const auto* host = mongoc_uri_get_hosts(uri); host != nullptr; host = host->next) {
    const std::string_view name = host->host;
    if (std::ranges::any_of(
            name, [](unsigned char c) { return std::isspace(c) || std::iscntrl(c) || c == '#' || c == '['; })) {
      return true;
    }
  }
  return false;
}

Result<void> CheckNames(const mongoc_uri_t* uri) {
  const char* database = mongoc_uri_get_database(uri);
  if (database != nullptr && IsMongosOwn(database)) {
    return RefuseUri(fmt::format("database {}", database),
                     "one that is not MongoDB's own: admin, config and local are");
  }
  if (database != nullptr && !IsDatabaseName(database)) {
    return RefuseUri("a database name that is too long or has a control character", "a name of 1 to 63 bytes");
  }
  if (HasStrangeHost(uri)) return RefuseUri("a host with white space, '#' or '['", "HOST:PORT,HOST:PORT without them");
  return {};
}

/// What no server needs to be asked for: it cannot work.
Result<void> CheckAccess(const mongoc_uri_t* uri) {
  const char* mechanism = mongoc_uri_get_auth_mechanism(uri);
  const std::string_view named = mechanism == nullptr ? "SCRAM-SHA-256" : mechanism;
  if (std::ranges::find(kMechanisms, named) == kMechanisms.end()) {
    return RefuseUri("an authMechanism that is not known", fmt::format("one of {}", fmt::join(kMechanisms, ", ")));
  }
  const bool has_user = mongoc_uri_get_username(uri) != nullptr;
  const bool needs_password = has_user && std::ranges::find(kWithPassword, named) != std::end(kWithPassword);
  if (needs_password && mongoc_uri_get_password(uri) == nullptr) {
    return RefuseUri("a user without a password", "mongodb://USER:PASSWORD@HOST, or the file MONGODB_PASSWORD_FILE");
  }
  const std::string_view source = mongoc_uri_get_auth_source(uri);
  if (source.empty()) return RefuseUri("an empty authSource", "the database that the user belongs to");
  for (const auto& [option, name] : kFiles) {
    const char* path = mongoc_uri_get_option_as_utf8(uri, option, nullptr);
    if (path != nullptr && ReadSecretFile(path, kLongestFile).value_or("").empty()) {
      return RefuseUri(fmt::format("{} with a file that cannot be read", name), "the path of one that can");
    }
  }
  return {};
}

Result<void> Check(const mongoc_uri_t* uri) {
  for (const auto& [option, got, value, wants] : kForbidden) {
    if (mongoc_uri_has_option(uri, option) && mongoc_uri_get_option_as_bool(uri, option, !value) == value) {
      return RefuseUri(got, wants);
    }
  }
  if (mongoc_read_prefs_get_mode(mongoc_uri_get_read_prefs_t(uri)) != MONGOC_READ_PRIMARY) {
    return RefuseUri("a readPreference",
                     "readPreference=primary: what was acknowledged is seen by every read after it");
  }
  const mongoc_write_concern_t* writes = mongoc_uri_get_write_concern(uri);
  if (mongoc_write_concern_get_w(writes) != MONGOC_WRITE_CONCERN_W_DEFAULT &&
      !mongoc_write_concern_get_wmajority(writes)) {
    return RefuseUri("a value of w", kWantsMajority);
  }
  if (mongoc_write_concern_journal_is_set(writes) && !mongoc_write_concern_get_journal(writes)) {
    return RefuseUri("journal=false", "journal=true, which is set when it is left out");
  }
  const char* level = mongoc_read_concern_get_level(mongoc_uri_get_read_concern(uri));
  if (level != nullptr && std::string_view(level) != MONGOC_READ_CONCERN_LEVEL_MAJORITY) {
    return RefuseUri("a readConcernLevel", "readConcernLevel=majority, which is set when it is left out");
  }
  return {};
}

void SetWriteConcern(mongoc_uri_t* uri, std::chrono::milliseconds timeout) {
  const WriteConcernHandle writes(mongoc_write_concern_new());
  mongoc_write_concern_set_wmajority(writes.get(), static_cast<std::int32_t>(timeout.count()));
  mongoc_write_concern_set_journal(writes.get(), true);
  mongoc_uri_set_write_concern(uri, writes.get());
}

void SetConcerns(mongoc_uri_t* uri) {
  SetWriteConcern(uri, limits::kCommand);
  const ReadConcernHandle reads(mongoc_read_concern_new());
  mongoc_read_concern_set_level(reads.get(), MONGOC_READ_CONCERN_LEVEL_MAJORITY);
  mongoc_uri_set_read_concern(uri, reads.get());
}

void SetTimes(mongoc_uri_t* uri) {
  const auto set = [uri](const char* option, std::chrono::milliseconds time) {
    mongoc_uri_set_option_as_int32(uri, option, static_cast<std::int32_t>(time.count()));
  };
  set(MONGOC_URI_SERVERSELECTIONTIMEOUTMS, limits::kSelection);
  set(MONGOC_URI_CONNECTTIMEOUTMS, limits::kConnect);
  set(MONGOC_URI_SOCKETTIMEOUTMS, limits::kSocket);
  set(MONGOC_URI_WAITQUEUETIMEOUTMS, limits::kSelection);
  set(MONGOC_URI_HEARTBEATFREQUENCYMS, limits::kHeartbeat);
}

/// By the specification AWS' users belong to no database; the driver would take the URI's, or admin.
Result<void> SetAwsSource(mongoc_uri_t* uri) {
  const char* mechanism = mongoc_uri_get_auth_mechanism(uri);
  if (mechanism == nullptr || std::string_view(mechanism) != "MONGODB-AWS") return {};
  constexpr const char* kSource = "$external";
  const View credentials(mongoc_uri_get_credentials(uri));
  if (credentials.Has(MONGOC_URI_AUTHSOURCE) && credentials.Text(MONGOC_URI_AUTHSOURCE) != kSource) {
    return RefuseUri("an authSource beside authMechanism=MONGODB-AWS", "authSource=$external, or it left out");
  }
  mongoc_uri_set_auth_source(uri, kSource);
  return {};
}

}  // namespace

Result<UriHandle> ReadUri(const std::string& text) {
  auto uri = ParseUri(text);
  if (!uri) return uri;
  if (auto checked = Check(uri->get()); !checked) return Fail(checked.error());
  if (auto checked = CheckNames(uri->get()); !checked) return Fail(checked.error());
  if (auto checked = CheckAccess(uri->get()); !checked) return Fail(checked.error());
  if (auto set = SetAwsSource(uri->get()); !set) return Fail(set.error());
  SetConcerns(uri->get());
  SetTimes(uri->get());
  mongoc_uri_set_option_as_bool(uri->get(), MONGOC_URI_RETRYWRITES, true);
  mongoc_uri_set_option_as_bool(uri->get(), MONGOC_URI_RETRYREADS, true);
  // Left out, it is false by the specification but true to this driver where one host is named: a replica set's member
  // would be taken for all of it, and refuse every write once it is secondary.
  mongoc_uri_set_option_as_bool(uri->get(), MONGOC_URI_DIRECTCONNECTION, false);
  // Threads are what is bounded (WORKERS and a few of the program's own), and each keeps one client.
  mongoc_uri_set_option_as_int32(uri->get(), MONGOC_URI_MAXPOOLSIZE, 2048);
  if (mongoc_uri_get_appname(uri->get()) == nullptr) mongoc_uri_set_appname(uri->get(), "demo-app");
  return uri;
}

UriHandle WithPatience(const mongoc_uri_t* uri, std::chrono::milliseconds patience) {
  UriHandle patient(mongoc_uri_copy(uri));
  SetWriteConcern(patient.get(), patience);
  mongoc_uri_set_option_as_int32(patient.get(), MONGOC_URI_SOCKETTIMEOUTMS,
                                 static_cast<std::int32_t>(patience.count()));
  return patient;
}

std::string DatabaseOf(const mongoc_uri_t* uri) {
  const char* database = mongoc_uri_get_database(uri);
  return database == nullptr ? kDefaultDatabase : database;
}

std::string HostsOf(const mongoc_uri_t* uri) {
  if (const char* service = mongoc_uri_get_srv_hostname(uri); service != nullptr) return service;
  std::string hosts;
  for (const mongoc_host_list_t* host = mongoc_uri_get_hosts(uri); host != nullptr; host = host->next) {
    hosts += (hosts.empty() ? "" : ",") + std::string(host->host_and_port);
  }
  return hosts;
}

}  // namespace demo::mongo
