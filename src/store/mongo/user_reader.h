#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>

#include "base/clock.h"
#include "base/result.h"
#include "base/store_work.h"
#include "domain/model.h"

namespace demo::mongo {

/// Fetches single users together that are asked for together, so that a burst of misses costs a few commands.
///
/// Whoever comes first fetches for all who came until it starts; who comes while it works waits for the next fetch,
/// which one of them does. So an answer is never older than its question, and nobody is served by a thread that has its
/// own answer already. Where many come, the first waits a moment for them; where nobody came of late, it does not, and
/// a burst that begins then is gathered after its fetch. A fetch that fails may fail for one of its users alone, whose
/// shard is down: then each asks for itself, and goes on doing so for a while, so that the other shards' users do not
/// wait for that one. The store_work of each who asked says what was asked of the server for it, whoever's thread did
/// so. Thread-safe.
class UserReader {
 public:
  using Users = std::unordered_map<std::string, UserSummary>;
  /// Called by the threads that ask; several at once where each asks for itself. Has to end by `deadline`. Those that
  /// do not exist are left out.
  using Fetch = std::function<Result<Users>(std::span<const std::string> user_ids, SteadyTime deadline)>;

  struct Options {
    /// The first waits this long for company,
    std::chrono::microseconds company{60};
    /// where there was some of late.
    std::chrono::milliseconds remembered{1000};
    /// A burst ends when nobody came for so long: a thread that is woken on a busy processor may take that.
    std::chrono::microseconds next_of_burst{400};
    std::chrono::microseconds longest_gathering{2000};
    std::size_t most = 1000;  ///< Users in one fetch.
    std::chrono::milliseconds deadline;
    std::chrono::milliseconds apart_after_failure{10'000};  ///< About as long as an election takes.
  };

  UserReader(Fetch fetch, Options options) : fetch_(std::move(fetch)), options_(options) {}

  /// Errors: NotFound, those of the fetch, and Timeout past the deadline, which covers all that is done for it.
  Result<UserSummary> Get(const std::string& user_id);

 private:
  struct Request {
    std::string user_id;
    SteadyTime deadline;
    std::condition_variable wake{};
    bool leads = false;  ///< Is to do the next fetch.
    bool alone = false;  ///< Is to fetch for itself.
    std::optional<Result<UserSummary>> answer{};
    store_work::Work work{};  ///< Of the fetch that it was part of.
  };
  using Queue = std::list<std::shared_ptr<Request>>;

  /// `patience` is how long the first to come is waited for.
  void Gather(std::unique_lock<std::mutex>& lock, std::chrono::microseconds patience);
  void Lead(std::unique_lock<std::mutex>& lock, SteadyTime deadline);
  void SendApart(const Queue& batch, std::size_t users, const Error& error);
  void Answer(const Queue& batch, const Users& users);
  Result<UserSummary> FetchAlone(const Request& request);
  Result<Users> FetchOrFail(std::span<const std::string> user_ids, SteadyTime deadline);
  Queue TakeBatch();
  void Await(std::unique_lock<std::mutex>& lock, const std::shared_ptr<Request>& request);

  const Fetch fetch_;
  const Options options_;
  std::mutex mutex_;
  // Under mutex_.
  Queue queue_;
  bool led_ = false;  ///< Somebody gathers or fetches.
  bool gathering_ = false;
  bool unawaited_ = false;  ///< The fetch under way did not wait for company.
  /// Until then company is expected; at first it is.
  SteadyTime company_until_ = SteadyClock::now() + options_.remembered;
  SteadyTime apart_until_{};
  std::condition_variable arrived_;
};

}  // namespace demo::mongo
