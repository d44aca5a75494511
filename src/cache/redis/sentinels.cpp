#include "cache/redis/sentinels.h"

#include <algorithm>
#include <utility>

#include "cache/redis/replication.h"
#include "cache/redis/session.h"

namespace demo::redis {
namespace {

using namespace std::chrono_literals;

// Each one's; a Sentinel answers from memory.
constexpr auto kDeadline = 200ms;
constexpr std::size_t kMostSentinels = 64;

}  // namespace

Sentinels::Sentinels(const RedisOptions& options) : options_(options) {
  for (const Endpoint& endpoint : options.sentinels) known_.push_back({.endpoint = endpoint, .configured = true});
}

Result<Endpoint> Sentinels::FindPrimary() {
  std::string reason = "no Sentinel answers";
  listening_.reset();
  for (std::size_t i = 0; i < known_.size(); ++i) {
    auto primary = Ask(known_[i].endpoint);
    known_[i].answers = primary.has_value();
    if (!primary) {
      reason = ToString(known_[i].endpoint) + ": " + primary.error().message;
      continue;
    }
    // The one that knew is asked first the next time.
    std::rotate(known_.begin(), known_.begin() + static_cast<std::ptrdiff_t>(i),
                known_.begin() + static_cast<std::ptrdiff_t>(i) + 1);
    Forget();
    return primary;
  }
  return Fail(ErrorCode::kUnavailable, reason);
}

Result<std::vector<Reply>> Sentinels::Question(Connection& connection, SteadyTime deadline) const {
  Commands questions;
  questions.Add({"SENTINEL", "get-master-addr-by-name", options_.master_name});
  questions.Add({"SENTINEL", "sentinels", options_.master_name});
  auto replies = connection.Run(questions, deadline);
  // Most have no password of their own; those that have share the server's.
  if (!replies || !replies->front().text.starts_with("NOAUTH")) return replies;
  Commands login;
  if (AddLogin(login, options_) == 0) return Refused(replies->front());
  const auto admitted = connection.Run(login, deadline);
  if (!admitted) return admitted;
  if (admitted->front().IsError()) return Refused(admitted->front());
  return connection.Run(questions, deadline);
}

Result<Endpoint> Sentinels::Ask(const Endpoint& sentinel) {
  const SteadyTime deadline = SteadyClock::now() + kDeadline;
  const auto address = Resolve(sentinel, kDeadline);
  if (!address) return std::unexpected(address.error());
  auto connection = Connection::Open(*address, deadline);
  if (!connection) return std::unexpected(connection.error());
  const auto replies = Question(*connection, deadline);
  if (!replies) return std::unexpected(replies.error());
  if (replies->front().IsError()) return Refused(replies->front());
  auto primary = ReadMasterAddress(replies->front());
  if (!primary) return Fail(ErrorCode::kUnavailable, "it does not know REDIS_MASTER_NAME");
  Commands subscribe;
  subscribe.Add({"SUBSCRIBE", "+switch-master"});
  const auto subscribed = connection->Run(subscribe, deadline);
  if (subscribed && !subscribed->front().IsError()) listening_ = *std::move(connection);
  Learn((*replies)[1]);  // from here on `sentinel` may be gone
  return *primary;
}

void Sentinels::Learn(const Reply& others) {
  std::vector<Endpoint> found = ReadSentinels(others);
  for (Known& each : known_) each.told = std::ranges::count(found, each.endpoint) > 0;
  for (Endpoint& endpoint : found) {
    const bool is_known = std::ranges::count(known_, endpoint, &Known::endpoint) > 0;
    if (!is_known && known_.size() < kMostSentinels) known_.push_back({.endpoint = std::move(endpoint)});
  }
}

// Those told of at the start stay: a Sentinel that was reset knows no others for a while.
void Sentinels::Forget() {
  std::erase_if(known_, [](const Known& each) { return !each.configured && !each.told && !each.answers; });
}

std::optional<Endpoint> Sentinels::Moved() {
  std::optional<Endpoint> moved;
  while (listening_) {
    const auto pushed = listening_->Next(SteadyClock::now());
    if (!pushed) listening_.reset();
    if (!pushed || !*pushed) break;
    const Reply& message = **pushed;
    if (!message.IsList(3) || message.items[0].text != "message") continue;
    if (auto to = ReadSwitch(message.items[2].text, options_.master_name)) moved = to;
  }
  return moved;
}

void Sentinels::AskNext() {
  const std::size_t asked = next_++ % known_.size();
  std::optional<Connection> listened = std::exchange(listening_, std::nullopt);
  const bool answers = Ask(known_[asked].endpoint).has_value();
  known_[asked].answers = answers;
  if (listened) listening_ = std::move(listened);
  Forget();
}

void Sentinels::Doubt() { std::rotate(known_.begin(), known_.begin() + 1, known_.end()); }

std::vector<SharedTierStatus::Sentinel> Sentinels::Status() const {
  std::vector<SharedTierStatus::Sentinel> status;
  for (const Known& sentinel : known_) status.push_back({ToString(sentinel.endpoint), sentinel.answers});
  return status;
}

}  // namespace demo::redis
