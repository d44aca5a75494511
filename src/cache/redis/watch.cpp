#include "cache/redis/watch.h"

#include <poll.h>

#include <array>
#include <charconv>
#include <random>
#include <utility>

#include "base/faults.h"
#include "cache/redis/replication.h"

namespace demo::redis {
namespace {

using namespace std::chrono_literals;

// Often enough that one lost beat does not end the second for which the one before it holds.
constexpr auto kBeat = 200ms;
constexpr auto kBeatDeadline = 400ms;
constexpr auto kEstablishDeadline = 500ms;
constexpr auto kResolve = 1s;
// Between two tries: short at first, and never so long that five seconds without hits could follow a return.
constexpr std::chrono::milliseconds kFirstPause = 100ms;
constexpr std::chrono::milliseconds kLongestPause = 1s;
constexpr std::chrono::milliseconds kLongestHoldOff = 2s;
constexpr auto kForgiven = 10s;
constexpr auto kSentinelRound = 1s;

std::string NewEpoch() {
  std::random_device random;
  std::array<char, 32> text{};
  char* end = text.data();
  for (int i = 0; i < 3; ++i) end = std::to_chars(end, text.data() + text.size(), random(), 16).ptr;
  return {text.data(), end};
}

Result<void> AllFine(const std::vector<Reply>& replies) {
  for (const Reply& reply : replies) {
    if (reply.IsError()) return Refused(reply);
  }
  return {};
}

std::unexpected<Error> Gone(std::string reason) { return Fail(ErrorCode::kUnavailable, std::move(reason)); }

}  // namespace

Watch::Watch(RedisTier& tier)
    : tier_(tier), pause_(kFirstPause, kLongestPause), hold_off_(kFirstPause, kLongestHoldOff) {
  if (!tier.options_.sentinels.empty()) sentinels_.emplace(tier.options_);
  thread_ = std::jthread([this](const std::stop_token& stop) { Run(stop); });
}

void Watch::Run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    if (!Survive("redis", [&] { Turn(stop); })) Lose("its watch failed", stop);
  }
}

void Watch::Turn(const std::stop_token& stop) {
  if (!link_) {
    tier_.SetHalfOpen();
    auto link = Establish();
    if (!link) return Lose(link.error().message, stop);
    link_ = *std::move(link);
  }
  const SteadyTime next = SteadyClock::now() + kBeat;
  if (const auto beaten = Beat(); !beaten) return Lose(beaten.error().message, stop);
  if (const auto heard = Listen(stop, next); !heard) return Lose(heard.error().message, stop);
}

/// Looks at the server, and makes sure that there are generations. It is a write, so that a server that only reads is
/// found out here and not by a worker.
Result<Session> Watch::Greet(Connection& connection, SocketAddress address) {
  const std::string fresh = NewEpoch();
  Commands hello;
  const std::size_t login = AddLogin(hello, tier_.options_);
  hello.Add({"ROLE"}).Add({"INFO", "replication"}).Add({"INFO", "server"});
  hello.Add({"HSETNX", tier_.names_.generations, kEpochField, fresh});
  hello.Add({"HGET", tier_.names_.generations, kEpochField});
  const auto replies = connection.Run(hello, SteadyClock::now() + kEstablishDeadline);
  if (!replies) return std::unexpected(replies.error());
  if (const auto fine = AllFine(*replies); !fine) return std::unexpected(fine.error());
  const std::span said = std::span(*replies).subspan(login);
  if (!said[0].IsList(1) || said[0].items[0].text != "master") return Gone("it is not a primary");
  const auto replication = ReadReplication(said[1].text);
  const std::string& epoch = said[4].text;
  if (!replication || epoch.empty() || epoch.size() > 64) return Gone("it does not say what it replicates");
  {
    const std::lock_guard lock(tier_.mutex_);
    tier_.status_.primary = address.text;
    tier_.status_.version = InfoField(said[2].text, "redis_version").substr(0, 32);
  }
  return Session{std::move(address), replication->id, epoch};
}

Result<Connection> Watch::Subscribe(const Session& session) {
  const SteadyTime deadline = SteadyClock::now() + kEstablishDeadline;
  auto connection = OpenAt(session, tier_.options_, deadline);
  if (!connection) return connection;
  Commands subscribe;
  subscribe.Add({"SUBSCRIBE", tier_.names_.raises});
  const auto replies = connection->Run(subscribe, deadline);
  if (!replies) return std::unexpected(replies.error());
  if (const auto fine = AllFine(*replies); !fine) return std::unexpected(fine.error());
  return connection;
}

Result<Watch::Link> Watch::Establish() {
  auto endpoint = sentinels_ ? sentinels_->FindPrimary() : Result<Endpoint>(*tier_.options_.host);
  if (sentinels_) {
    const std::lock_guard lock(tier_.mutex_);
    tier_.status_.sentinels = sentinels_->Status();
  }
  if (!endpoint) return std::unexpected(endpoint.error());
  auto address = Resolve(*endpoint, kResolve);
  if (!address) return std::unexpected(address.error());
  auto commands = Connection::Open(*address, SteadyClock::now() + kEstablishDeadline);
  auto session = commands ? Greet(*commands, *std::move(address)) : std::unexpected(commands.error());
  if (!session) {
    if (sentinels_) sentinels_->Doubt();
    return std::unexpected(session.error());
  }
  auto subscription = Subscribe(*session);
  if (!subscription) return std::unexpected(subscription.error());
  // What was raised before the subscription, nobody here heard.
  tier_.ForgetAll();
  std::string carrier = session->Carrier();
  if (!last_carrier_.empty() && carrier != last_carrier_) {
    const std::lock_guard lock(tier_.mutex_);
    ++tier_.status_.failovers;
  }
  tier_.agreement_.SetCarrier(carrier);
  last_carrier_ = std::move(carrier);
  return Link{std::make_shared<const Session>(*std::move(session)), *std::move(commands), *std::move(subscription)};
}

/// Finds out whether the server is still the one it was and quick enough, whether all is heard, and what that allows.
Result<void> Watch::Beat() {
  const SteadyTime sent = SteadyClock::now();
  if (auto checked = CheckSession(sent + kBeatDeadline); !checked) return checked;
  const bool quick = SteadyClock::now() - sent <= tier_.options_.deadline;
  ++link_->pings;
  Commands ping;
  ping.Add({"PING", std::to_string(link_->pings)});
  const SteadyTime pinged = SteadyClock::now();
  if (auto done = link_->subscription.Send(ping, pinged + kBeatDeadline); !done) return done;
  if (auto done = AwaitPong(pinged + kBeatDeadline); !done) return done;
  // The server answered both after they were sent: until then it is the carrier, and all it carried is heard.
  tier_.Heard(sent + Generations::kOthersBound);
  if (!quick || !MayUse(sent)) return {};
  while (!tier_.Adopt(link_->session)) {
    tier_.SetHalfOpen();
    if (auto delivered = DeliverOwed(); !delivered) return delivered;
  }
  if (!std::exchange(used_, true)) used_since_ = sent;
  return {};
}

Result<void> Watch::CheckSession(SteadyTime deadline) {
  Commands question;
  question.Add({"INFO", "replication"}).Add({"HGET", tier_.names_.generations, kEpochField});
  const auto replies = link_->commands.Run(question, deadline);
  if (!replies) return std::unexpected(replies.error());
  if (const auto fine = AllFine(*replies); !fine) return fine;
  auto replication = ReadReplication(replies->front().text);
  if (!replication || !replication->primary) return Gone("it is not the primary any more");
  if (replication->id != link_->session->id) return Gone("it replicates another history");
  if ((*replies)[1].text != link_->session->epoch) return Gone("its generations are others");
  const std::lock_guard lock(tier_.mutex_);
  tier_.status_.seen = WallClockNow();
  tier_.status_.replicas = std::move(replication->replicas);
  if (sentinels_) tier_.status_.sentinels = sentinels_->Status();
  return {};
}

Result<void> Watch::AwaitPong(SteadyTime deadline) {
  const std::string wanted = std::to_string(link_->pings);
  while (true) {
    const auto pushed = link_->subscription.Next(deadline);
    if (!pushed) return std::unexpected(pushed.error());
    if (!*pushed) return Fail(ErrorCode::kTimeout, "the subscription does not answer");
    const Reply& reply = **pushed;
    if (reply.IsList(2) && reply.items[0].text == "pong" && reply.items[1].text == wanted) return {};
    if (auto taken = Take(reply); !taken) return taken;
  }
}

Result<void> Watch::Take(const Reply& pushed) {
  if (pushed.IsError()) return Refused(pushed);
  if (pushed.IsList(3) && pushed.items[0].text == "message") tier_.OnMessage(pushed.items[2].text);
  return {};
}

Result<void> Watch::Listen(const std::stop_token& stop, SteadyTime until) {
  static constexpr auto kLook = 50ms;  // How soon an end, or a breaker that opened, is noticed.
  if (sentinels_) {
    static_assert(kSentinelRound % kBeat == 0ms);
    if (link_->pings % (kSentinelRound / kBeat) == 0) sentinels_->AskNext();
  }
  while (SteadyClock::now() < until && !stop.stop_requested()) {
    std::array<pollfd, 2> waited{pollfd{link_->subscription.descriptor(), POLLIN, 0},
                                 pollfd{sentinels_ ? sentinels_->descriptor() : -1, POLLIN, 0}};
    poll(waited.data(), waited.size(), static_cast<int>(kLook.count()));
    if (waited[0].revents != 0) {
      while (true) {
        const auto pushed = link_->subscription.Next(SteadyClock::now());
        if (!pushed) return std::unexpected(pushed.error());
        if (!*pushed) break;
        if (auto taken = Take(**pushed); !taken) return taken;
      }
    }
    if (sentinels_ && sentinels_->Moved()) return Gone("the Sentinels chose another primary");
    if (used_ && !tier_.IsUsed()) break;
  }
  return {};
}

/// Raises that may not have arrived come before anybody here uses what is there.
Result<void> Watch::DeliverOwed() {
  const std::vector<Generations::Slot> owed = tier_.TakeOwed();
  if (owed.empty()) return {};
  Commands commands;
  tier_.AddRaise(commands, owed);
  const auto replies = link_->commands.Run(commands, SteadyClock::now() + tier_.options_.deadline);
  auto delivered = replies ? RedisTier::CheckRaise(*link_->session, *replies) : std::unexpected(replies.error());
  if (!delivered) tier_.Owe(owed);
  return delivered;
}

/// After a worker's call failed the server is used again when it has been well for a while, and for longer each time.
bool Watch::MayUse(SteadyTime now) {
  if (used_ && !tier_.IsUsed()) {
    used_ = false;
    if (now - used_since_ > kForgiven) hold_off_.Reset();
    use_again_ = now + hold_off_.Next();
  }
  return now >= use_again_;
}

/// What ends soon after it began, each time again, is begun more and more seldom.
void Watch::Lose(const std::string& reason, const std::stop_token& stop) {
  const SteadyTime now = SteadyClock::now();
  if (link_ && now - link_->since > kForgiven) pause_.Reset();
  link_.reset();
  used_ = false;
  tier_.Drop(reason);
  const SteadyTime until = now + pause_.Next();
  while (SteadyClock::now() < until && !stop.stop_requested()) std::this_thread::sleep_for(20ms);
}

}  // namespace demo::redis
