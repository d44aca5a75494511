#include "mongo/uri.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <fstream>
#include <string_view>

#include "mongo/collections.h"
#include "mongo/driver.h"
#include "mongo/limits.h"

namespace demo::mongo {
namespace {

constexpr std::string_view kWants = "mongodb://HOST,HOST/DATABASE?OPTION=VALUE or mongodb+srv://NAME";

constexpr std::string_view kWantsMajority = "w=majority, which is set when it is left out";

std::unexpected<Error> Refuse(std::string_view got, std::string_view wants) {
  return Fail(ErrorCode::kInvalid, fmt::format("MONGODB_URI: got {}, wants {}", got, wants));
}

/// A password whose '@', '/', '?' was not percent-encoded ends up among the hosts and options, which messages name.
bool HasStrayAt(std::string_view text) {
  const auto authority = text.find("://");
  if (authority == std::string_view::npos) return false;
  const auto end = text.find_first_of("/?", authority + 3);
  const auto last_at = text.rfind('@');
  if (last_at == std::string_view::npos) return false;
  return last_at > end || text.find('@') != last_at;
}

/// mongodb+srv:// with a name that has no place for a service: the driver wants three parts.
bool IsShortServiceName(std::string_view text) {
  constexpr std::string_view kScheme = "mongodb+srv://";
  if (!text.starts_with(kScheme)) return false;
  std::string_view name = text.substr(kScheme.size());
  name = name.substr(0, name.find_first_of("/?"));
  if (const auto at = name.rfind('@'); at != std::string_view::npos) name = name.substr(at + 1);
  return !name.empty() && name.find_first_of(",:") == std::string_view::npos && std::ranges::count(name, '.') < 2;
}

/// Whether an option w says anything but majority, also where another one wins over it.
bool HasWeakW(std::string_view text) {
  std::string options(text.substr(std::min(text.find('?'), text.size())));
  std::ranges::replace(options, '?', '&');
  std::ranges::replace(options, ';', '&');
  std::ranges::transform(options, options.begin(), [](unsigned char c) { return std::tolower(c); });
  constexpr std::string_view kW = "&w=";
  for (auto at = options.find(kW); at != std::string::npos; at = options.find(kW, at + 1)) {
    const auto value = options.substr(at + kW.size());
    if (value.substr(0, value.find('&')) != "majority") return true;
  }
  return false;
}

/// The name in `Unsupported URI option "name"`, if it can only be one.
std::string OptionIn(std::string_view warning) {
  const auto begin = warning.find('"');
  const auto end = warning.find('"', begin + 1);
  if (begin == std::string_view::npos || end == std::string_view::npos) return "an option";
  const auto name = warning.substr(begin + 1, end - begin - 1);
  const bool plain = std::ranges::all_of(name, [](unsigned char c) { return std::isalnum(c) != 0; });
  return plain && name.size() <= 40 ? fmt::format("option {}", name) : "an option";
}

Result<UriHandle> Parse(const std::string& text) {
  // The driver's own words are not shown: they quote what it took for a host or a port, which can be part of a
  // password.
  constexpr std::string_view kUnreadable =
      "a value that is not shown and cannot be read (is every special character of the password percent-encoded?)";
  if (HasStrayAt(text) || text.find('\0') != std::string::npos) return Refuse(kUnreadable, kWants);
  if (IsShortServiceName(text)) {
    return Refuse("mongodb+srv:// with a name of less than three parts", "a name as mongodb.example.org");
  }
  if (HasWeakW(text)) return Refuse("a value of w", kWantsMajority);
  StartDriver();
  const CapturedWarnings warnings;
  bson_error_t error;
  UriHandle uri(mongoc_uri_new_with_error(text.c_str(), &error));
  if (!uri) return Refuse(kUnreadable, kWants);
  if (!warnings.texts().empty()) {
    return Refuse(OptionIn(warnings.texts().front()) + " with a value that is not shown",
                  "options that are known, once each, with a value of theirs");
  }
  return uri;
}

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

struct File {
  const char* option;  ///< As the driver knows it.
  const char* name;
};
constexpr File kFiles[] = {{MONGOC_URI_TLSCAFILE, "tlsCAFile"},
                           {MONGOC_URI_TLSCERTIFICATEKEYFILE, "tlsCertificateKeyFile"}};

/// What no server needs to be asked for: it cannot work.
Result<void> CheckAccess(const mongoc_uri_t* uri) {
  const char* database = mongoc_uri_get_database(uri);
  if (database != nullptr && IsMongosOwn(database)) {
    return Refuse(fmt::format("database {}", database), "one that is not MongoDB's own: admin, config and local are");
  }
  const char* mechanism = mongoc_uri_get_auth_mechanism(uri);
  if (mechanism != nullptr && std::ranges::find(kMechanisms, std::string_view(mechanism)) == kMechanisms.end()) {
    return Refuse("an authMechanism that is not known", fmt::format("one of {}", fmt::join(kMechanisms, ", ")));
  }
  for (const auto& [option, name] : kFiles) {
    const char* path = mongoc_uri_get_option_as_utf8(uri, option, nullptr);
    if (path != nullptr && !std::ifstream(path)) {
      return Refuse(fmt::format("{} with a file that cannot be read", name), "the path of one that can");
    }
  }
  return {};
}

Result<void> Check(const mongoc_uri_t* uri) {
  for (const auto& [option, got, value, wants] : kForbidden) {
    if (mongoc_uri_has_option(uri, option) && mongoc_uri_get_option_as_bool(uri, option, !value) == value) {
      return Refuse(got, wants);
    }
  }
  if (mongoc_read_prefs_get_mode(mongoc_uri_get_read_prefs_t(uri)) != MONGOC_READ_PRIMARY) {
    return Refuse("a readPreference", "readPreference=primary: what was acknowledged is seen by every read after it");
  }
  const mongoc_write_concern_t* writes = mongoc_uri_get_write_concern(uri);
  if (mongoc_write_concern_get_w(writes) != MONGOC_WRITE_CONCERN_W_DEFAULT &&
      !mongoc_write_concern_get_wmajority(writes)) {
    return Refuse("a value of w", kWantsMajority);
  }
  if (mongoc_write_concern_journal_is_set(writes) && !mongoc_write_concern_get_journal(writes)) {
    return Refuse("journal=false", "journal=true, which is set when it is left out");
  }
  const char* level = mongoc_read_concern_get_level(mongoc_uri_get_read_concern(uri));
  if (level != nullptr && std::string_view(level) != MONGOC_READ_CONCERN_LEVEL_MAJORITY) {
    return Refuse("a readConcernLevel", "readConcernLevel=majority, which is set when it is left out");
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

}  // namespace

Result<UriHandle> ReadUri(const std::string& text) {
  auto uri = Parse(text);
  if (!uri) return uri;
  if (auto checked = Check(uri->get()); !checked) return Fail(checked.error());
  if (auto checked = CheckAccess(uri->get()); !checked) return Fail(checked.error());
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
  if (mongoc_uri_get_database(uri->get()) == nullptr) mongoc_uri_set_database(uri->get(), kDefaultDatabase);
  return uri;
}

UriHandle WithPatience(const mongoc_uri_t* uri, std::chrono::milliseconds patience) {
  UriHandle patient(mongoc_uri_copy(uri));
  SetWriteConcern(patient.get(), patience);
  mongoc_uri_set_option_as_int32(patient.get(), MONGOC_URI_SOCKETTIMEOUTMS,
                                 static_cast<std::int32_t>(patience.count()));
  return patient;
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
