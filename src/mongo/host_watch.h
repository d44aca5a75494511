#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <set>
#include <stop_token>
#include <string>
#include <thread>

#include "base/result.h"
#include "mongo/handles.h"

namespace demo::mongo {

/// "router-1:27017"
using HostNames = std::set<std::string>;

/// The hosts for which a mongodb+srv:// name stands now. Opens no connection; takes as long as the system's resolver
/// does. Errors: Unavailable.
Result<HostNames> LookUpHosts(const mongoc_uri_t* uri);
/// What to say when the driver could not look them up.
std::unexpected<Error> FailForHosts(const mongoc_uri_t* uri, const bson_error_t& error);

/// Looks again and again which hosts there are, on a thread of its own, and tells when there is one that was not there
/// at the last look. The driver does so once a minute (libmongoc 1.23), in which a rolling update replaces every
/// router. Hosts that are gone need no telling: the driver notices those itself.
class HostWatch {
 public:
  using LookUp = std::function<Result<HostNames>()>;

  /// `known` are those of the first look. `on_new` is called by the thread, which looks next when it has returned;
  /// where it returns false, the next look tells of them again. A look in which one of them throws is
  /// over.
  HostWatch(HostNames known, std::chrono::milliseconds every, LookUp look_up, std::function<bool()> on_new);
  /// Waits for a look that is under way.
  ~HostWatch() = default;
  HostWatch(const HostWatch&) = delete;
  HostWatch& operator=(const HostWatch&) = delete;

 private:
  void Look();
  void Run(const std::stop_token& stop);

  HostNames known_;  ///< Of the thread.
  const std::chrono::milliseconds every_;
  const LookUp look_up_;
  const std::function<bool()> on_new_;
  std::mutex mutex_;
  std::condition_variable_any stopped_;
  std::jthread thread_;  ///< Last: it uses all of the above.
};

}  // namespace demo::mongo
