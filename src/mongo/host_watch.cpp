#include "mongo/host_watch.h"

#include <fmt/format.h>
#include <pthread.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/faults.h"
#include "mongo/uri.h"

namespace demo::mongo {

Result<HostNames> LookUpHosts(const mongoc_uri_t* uri) {
  // A client of no pool looks the name up when it is made, and connects to nobody until it is used. Its URI has the
  // hosts.
  bson_error_t error{};
  const ClientHandle client(mongoc_client_new_from_uri_with_error(uri, &error));
  if (!client) return FailForHosts(uri, error);
  HostNames hosts;
  const mongoc_host_list_t* host = mongoc_uri_get_hosts(mongoc_client_get_uri(client.get()));
  for (; host != nullptr; host = host->next) hosts.insert(host->host_and_port);
  return hosts;
}

std::unexpected<Error> FailForHosts(const mongoc_uri_t* uri, const bson_error_t& error) {
  return Fail(ErrorCode::kUnavailable,
              fmt::format("The hosts of {} are not known: {}", HostsOf(uri), std::string_view(error.message)));
}

HostWatch::HostWatch(HostNames known, std::chrono::milliseconds every, LookUp look_up, std::function<bool()> on_new)
    : known_(std::move(known)),
      every_(every),
      look_up_(std::move(look_up)),
      on_new_(std::move(on_new)),
      thread_([this](const std::stop_token& stop) {
        pthread_setname_np(pthread_self(), "mongo-hosts");
        Run(stop);
      }) {}

void HostWatch::Look() {
  auto hosts = look_up_();
  if (!hosts) return;  // Those that are known may well be there still.
  if (std::ranges::includes(known_, *hosts) || on_new_()) known_ = *std::move(hosts);
}

void HostWatch::Run(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stopped_.wait_for(lock, stop, every_, [&] { return stop.stop_requested(); }) && !stop.stop_requested()) {
    Survive("mongo-hosts", [this] { Look(); });
  }
}

}  // namespace demo::mongo
