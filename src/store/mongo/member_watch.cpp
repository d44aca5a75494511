#include "store/mongo/member_watch.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <span>

#include "mongo/document.h"
#include "mongo/driver.h"
#include "mongo/limits.h"
#include "store/mongo/topology.h"

namespace demo::mongo {
namespace {

// The driver's least.
constexpr int kHeartbeatMillis = 500;

void CopyTls(const mongoc_uri_t* from, mongoc_uri_t* to) {
  constexpr std::array kFlags = {MONGOC_URI_TLS,
                                 MONGOC_URI_TLSINSECURE,
                                 MONGOC_URI_TLSALLOWINVALIDCERTIFICATES,
                                 MONGOC_URI_TLSALLOWINVALIDHOSTNAMES,
                                 MONGOC_URI_TLSDISABLEOCSPENDPOINTCHECK,
                                 MONGOC_URI_TLSDISABLECERTIFICATEREVOCATIONCHECK};
  constexpr std::array kFiles = {MONGOC_URI_TLSCAFILE, MONGOC_URI_TLSCERTIFICATEKEYFILE,
                                 MONGOC_URI_TLSCERTIFICATEKEYFILEPASSWORD};
  for (const char* flag : kFlags) {
    if (mongoc_uri_has_option(from, flag)) {
      mongoc_uri_set_option_as_bool(to, flag, mongoc_uri_get_option_as_bool(from, flag, false));
    }
  }
  for (const char* file : kFiles) {
    if (const char* text = mongoc_uri_get_option_as_utf8(from, file, nullptr)) {
      mongoc_uri_set_option_as_utf8(to, file, text);
    }
  }
}

UriHandle UriOf(const mongoc_uri_t* like, const Topology::ReplicaSet& set) {
  std::vector<std::string> names;
  for (const Topology::Member& member : set.members) names.push_back(member.name);
  UriHandle uri(mongoc_uri_new(fmt::format("mongodb://{}/", fmt::join(names, ",")).c_str()));
  if (!uri) return uri;
  mongoc_uri_set_option_as_utf8(uri.get(), MONGOC_URI_REPLICASET, set.name.c_str());
  mongoc_uri_set_option_as_int32(uri.get(), MONGOC_URI_HEARTBEATFREQUENCYMS, kHeartbeatMillis);
  mongoc_uri_set_option_as_int32(uri.get(), MONGOC_URI_CONNECTTIMEOUTMS, static_cast<int>(limits::kConnect.count()));
  mongoc_uri_set_appname(uri.get(), "demo-app map");
  CopyTls(like, uri.get());
  return uri;
}

}  // namespace

MemberWatch::MemberWatch(const mongoc_uri_t* like, const Topology::ReplicaSet& set) {
  StartDriver();
  const UriHandle uri = UriOf(like, set);
  if (!uri) return;
  pool_.reset(mongoc_client_pool_new(uri.get()));
  // The first client starts the threads that ask.
  if (pool_) client_ = mongoc_client_pool_pop(pool_.get());
}

MemberWatch::~MemberWatch() {
  if (client_ != nullptr) mongoc_client_pool_push(pool_.get(), client_);
}

std::vector<MemberAnswer> MemberWatch::Answers() const {
  std::vector<MemberAnswer> answers;
  if (client_ == nullptr) return answers;
  std::size_t count = 0;
  mongoc_server_description_t** all = mongoc_client_get_server_descriptions(client_, &count);
  for (const mongoc_server_description_t* each : std::span(all, count)) {
    answers.push_back(ToAnswer(mongoc_server_description_host(each)->host_and_port,
                               View(mongoc_server_description_hello_response(each))));
  }
  mongoc_server_descriptions_destroy_all(all, count);
  return answers;
}

}  // namespace demo::mongo
