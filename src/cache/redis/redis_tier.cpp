#include "cache/redis/redis_tier.h"

#include <fmt/format.h>

#include <algorithm>
#include <random>
#include <thread>
#include <utility>

#include "base/faults.h"
#include "base/log.h"
#include "base/number.h"
#include "cache/redis/packed_response.h"
#include "cache/redis/watch.h"
#include "cache/response_cache.h"

namespace demo::redis {
namespace {

// Longer ones are made up by clients; tier 1 keeps them.
constexpr std::size_t kMaxKey = 512;

log::Throttle throttle;

std::string RandomName() {
  std::random_device random;
  return fmt::format("{:08x}{:08x}", random(), random());
}

std::size_t CountSlots(std::span<const SharedTier::Wanted> wanted) {
  std::size_t count = 0;
  for (const SharedTier::Wanted& one : wanted) count += one.slots.size();
  return count;
}

/// All generations first, so that no value is newer than what it is held against; then two commands for each key.
Commands Lookups(std::span<const SharedTier::Wanted> wanted, const std::string& generations_key,
                 const std::string& prefix, const std::string& end) {
  std::vector<std::string> fields;
  for (const auto& [key, slots] : wanted) {
    for (std::size_t i = 0; i < slots.size(); ++i) fields.push_back(std::to_string(slots[i]));
  }
  std::vector<std::string_view> generations = {"HMGET", generations_key, kEpochField};
  generations.insert(generations.end(), fields.begin(), fields.end());
  Commands commands;
  commands.Add(generations);
  for (const auto& [key, slots] : wanted) {
    // Longer ones have nothing stored under their names.
    const std::string name = prefix + (key.size() > kMaxKey ? "" : key);
    // A part of the value, so that one which somebody else made as large as he liked is not taken in whole.
    commands.Add({"GETRANGE", name, "0", end}).Add({"PTTL", name});
  }
  return commands;
}

/// The generations in the reply to HMGET, of which the first field is the epoch.
std::optional<std::vector<std::uint64_t>> ReadValues(const Reply& reply, std::size_t count) {
  if (!reply.IsList(1 + count)) return std::nullopt;
  std::vector<std::uint64_t> values(count);
  for (std::size_t i = 0; i < count; ++i) {
    const Reply& field = reply.items[1 + i];
    if (field.kind == Reply::Kind::kNil) continue;
    const auto value = ReadNumber<std::uint64_t>(field.text, 0, UINT64_MAX);
    if (!value) return std::nullopt;
    values[i] = *value;
  }
  return values;
}

SharedTier::Answer ReadAnswer(const Reply& value, const Reply& left, std::span<const std::uint64_t> generations) {
  SharedTier::Answer answer;
  if (!value.IsText() || !left.IsNumber() || left.number <= 0) return answer;
  auto packed = Unpack(value.text);
  if (!packed || !std::ranges::equal(packed->generations, generations)) return answer;
  answer.response = std::move(packed->response);
  answer.ttl = std::chrono::milliseconds(left.number);
  return answer;
}

}  // namespace

RedisTier::RedisTier(const RedisOptions& options, ResponseCache& cache, SharedRegister* store_register)
    : options_(options),
      names_(options.space),
      origin_(RandomName()),
      cache_(cache),
      pool_(options_),
      agreement_(store_register, [this] { UpdateTrust(); }) {
  status_.since = WallClockNow();
  status_.reason = "it has not been reached yet";
  cache_.Share(*this);
  watch_ = std::make_unique<Watch>(*this);
}

RedisTier::~RedisTier() = default;

bool RedisTier::AwaitUse(std::chrono::milliseconds longest) const {
  const SteadyTime until = SteadyClock::now() + longest;
  while (!InUse() && SteadyClock::now() < until) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  return InUse() != nullptr;
}

std::string RedisTier::Prefix(const Session& session) const {
  return fmt::format("{}:{}:{}:{}:{}:", options_.space, session.id, session.epoch, version_shown_.load(),
                     options_.build);
}

std::shared_ptr<const Session> RedisTier::InUse() const {
  if (SteadyClock::now().time_since_epoch() >= trusted_until_.load()) return nullptr;
  const std::lock_guard lock(mutex_);
  return session_;
}

Result<std::vector<Reply>> RedisTier::Run(const std::shared_ptr<const Session>& session, const Commands& commands,
                                          SteadyTime deadline) {
  auto lease = pool_.Take(session, deadline);
  if (!lease) return std::unexpected(lease.error());
  if (!*lease) return std::vector<Reply>();
  return (*lease)->Run(commands, deadline);
}

std::vector<SharedTier::Answer> RedisTier::Find(std::span<const Wanted> wanted) {
  const auto session = InUse();
  if (!session) {
    counters_.skipped.Add(wanted.size());
    return std::vector<Answer>(wanted.size());
  }
  const SteadyTime before = SteadyClock::now();
  std::vector<Answer> answers = Look(session, wanted);
  counters_.durations[static_cast<std::size_t>(Call::kFind)].Record((SteadyClock::now() - before).count());
  for (const Answer& answer : answers) (answer.response ? counters_.hits : counters_.misses).Add(1);
  return answers;
}

std::vector<SharedTier::Answer> RedisTier::Look(const std::shared_ptr<const Session>& session,
                                                std::span<const Wanted> wanted) {
  std::vector<Answer> answers(wanted.size());
  const std::string prefix = Prefix(*session);
  const Commands commands = Lookups(wanted, names_.generations, prefix, std::to_string(options_.max_value));
  const auto replies = Run(session, commands, SteadyClock::now() + options_.deadline);
  if (!replies) {
    Open(session, replies.error().message);
    return answers;
  }
  if (replies->empty()) return answers;
  const auto values = ReadValues(replies->front(), CountSlots(wanted));
  if (!values || replies->front().items[0].text != session->epoch) {
    const Reply& found = replies->front();
    Open(session, found.IsError() ? Refused(found).error().message : "its generations are others");
    return answers;
  }
  std::span<const std::uint64_t> rest = *values;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const auto own = rest.first(wanted[i].slots.size());
    rest = rest.subspan(own.size());
    answers[i] = ReadAnswer((*replies)[1 + 2 * i], (*replies)[2 + 2 * i], own);
    if (wanted[i].key.size() > kMaxKey) continue;
    answers[i].stamp = Stamp{.prefix = prefix};
    std::ranges::copy(own, answers[i].stamp->values.begin());
  }
  return answers;
}

void RedisTier::Store(const std::string& key, const StoredResponse& response, const Generations::Slots& slots,
                      const Stamp& stamp, std::chrono::milliseconds ttl) {
  const auto session = InUse();
  if (!session || ttl.count() <= 0 || stamp.prefix != Prefix(*session)) return;
  const std::string value = Pack(response, std::span(stamp.values).first(slots.size()));
  if (value.size() > options_.max_value) {
    counters_.oversized.Add(1);
    return;
  }
  const SteadyTime before = SteadyClock::now();
  Commands commands;
  commands.Add({"SET", stamp.prefix + key, value, "PX", std::to_string(ttl.count())});
  const auto replies = Run(session, commands, before + options_.deadline);
  counters_.durations[static_cast<std::size_t>(Call::kStore)].Record((SteadyClock::now() - before).count());
  if (!replies) return Open(session, replies.error().message);
  if (replies->empty()) return;
  const Reply& reply = replies->front();
  if (reply.kind == Reply::Kind::kStatus) return counters_.stored.Add(1);
  // A full server still answers what it has.
  if (!reply.text.starts_with("OOM")) return Open(session, Refused(reply).error().message);
  counters_.errors.Add(1);
  log::Warning(throttle, "Redis has no room for an answer", {{"reason", Refused(reply).error().message}});
}

void RedisTier::AddRaise(Commands& commands, std::span<const Generations::Slot> slots) const {
  std::string message = origin_;
  commands.Add({"MULTI"}).Add({"HGET", names_.generations, kEpochField});
  for (const Generations::Slot slot : slots) {
    const std::string field = std::to_string(slot);
    commands.Add({"HINCRBY", names_.generations, field, "1"});
    message.append(" ").append(field);
  }
  commands.Add({"PUBLISH", names_.raises, message}).Add({"EXEC"});
}

Result<void> RedisTier::CheckRaise(const Session& session, std::span<const Reply> replies) {
  for (const Reply& reply : replies) {
    if (reply.IsError()) return Refused(reply);
  }
  const Reply& executed = replies.back();
  for (const Reply& reply : executed.items) {
    if (reply.IsError()) return Refused(reply);
  }
  if (!executed.IsList(3)) return Refused(executed);
  if (executed.items[0].text != session.epoch) return Fail(ErrorCode::kUnavailable, "its generations are others");
  return {};
}

Result<void> RedisTier::RaiseAt(const std::shared_ptr<const Session>& session,
                                std::span<const Generations::Slot> slots) {
  Commands commands;
  AddRaise(commands, slots);
  const auto replies = Run(session, commands, SteadyClock::now() + options_.deadline);
  if (!replies) return std::unexpected(replies.error());
  if (replies->empty()) return Fail(ErrorCode::kUnavailable, "all connections to it are in use");
  return CheckRaise(*session, *replies);
}

bool RedisTier::RaiseInRedis(std::span<const Generations::Slot> slots) {
  std::shared_ptr<const Session> session;
  {
    const std::lock_guard lock(mutex_);
    session = session_;
    if (!session) OweLocked(slots);
  }
  if (!session) return false;
  const auto raised = RaiseAt(session, slots);
  {
    const std::lock_guard lock(mutex_);
    if (raised && session_ == session) return agreement_.Carried(session->Carrier());
    OweLocked(slots);
    session = session_;  // whatever is in use now has not been told
  }
  Open(session, raised ? "another one took its place" : raised.error().message);
  return false;
}

void RedisTier::Raise(std::span<const Generations::Slot> slots) {
  if (slots.empty()) return;
  const SteadyTime before = SteadyClock::now();
  bool raised = false;
  const Generations::Slot all = Generations::SlotOf(Tag::kAll);
  if (!Survive("redis", [&] { raised = RaiseInRedis(slots); })) Owe({&all, 1});
  if (!raised) {
    counters_.unraised.Add(1);
    agreement_.Announce();
  }
  counters_.durations[static_cast<std::size_t>(Call::kRaise)].Record((SteadyClock::now() - before).count());
}

void RedisTier::Open(const std::shared_ptr<const Session>& session, const std::string& reason) {
  counters_.errors.Add(1);
  {
    const std::lock_guard lock(mutex_);
    if (!session || session_ != session) return;
    session_.reset();
    status_.breaker = SharedTierStatus::Breaker::kOpen;
    status_.since = WallClockNow();
    status_.reason = reason;
  }
  log::Warning(throttle, "Redis is left out of the cache", {{"reason", reason}});
}

void RedisTier::Drop(const std::string& reason) {
  std::string was;
  {
    const std::lock_guard lock(mutex_);
    session_.reset();
    was = std::exchange(status_.reason, reason);
    if (status_.breaker == SharedTierStatus::Breaker::kClosed) status_.since = WallClockNow();
    status_.breaker = SharedTierStatus::Breaker::kOpen;
  }
  pool_.Clear();
  agreement_.SetCarrier({});
  if (was != reason) log::Warning(throttle, "Redis is left out of the cache", {{"reason", reason}});
}

void RedisTier::SetHalfOpen() {
  const std::lock_guard lock(mutex_);
  if (!session_) status_.breaker = SharedTierStatus::Breaker::kHalfOpen;
}

bool RedisTier::Adopt(const std::shared_ptr<const Session>& session) {
  {
    const std::lock_guard lock(mutex_);
    if (!owed_.empty()) return false;
    if (session_ == session) return true;
    session_ = session;
    status_.breaker = SharedTierStatus::Breaker::kClosed;
    status_.since = WallClockNow();
    status_.reason.clear();
  }
  log::Write(throttle, log::Level::kInfo, "Redis takes part in the cache", {{"primary", session->address.text}});
  return true;
}

bool RedisTier::IsUsed() const {
  const std::lock_guard lock(mutex_);
  return session_ != nullptr;
}

std::vector<Generations::Slot> RedisTier::TakeOwed() {
  const std::lock_guard lock(mutex_);
  std::vector<Generations::Slot> owed(owed_.begin(), owed_.end());
  owed_.clear();
  return owed;
}

void RedisTier::Owe(std::span<const Generations::Slot> slots) {
  const std::lock_guard lock(mutex_);
  OweLocked(slots);
}

void RedisTier::OweLocked(std::span<const Generations::Slot> slots) {
  constexpr std::size_t kMost = 64;  // From there on it is simpler to raise all.
  owed_.insert(slots.begin(), slots.end());
  if (owed_.size() > kMost) owed_ = {Generations::SlotOf(Tag::kAll)};
}

void RedisTier::OnMessage(std::string_view message) {
  std::vector<Generations::Slot> slots;
  const std::size_t origin_end = message.find(' ');
  if (message.substr(0, origin_end) == origin_) return;  // raised here already, after its commit
  message.remove_prefix(origin_end == std::string_view::npos ? message.size() : origin_end);
  while (!message.empty()) {
    message.remove_prefix(1);
    const std::size_t end = std::min(message.find(' '), message.size());
    const auto slot = ReadNumber<Generations::Slot>(message.substr(0, end), 0, Generations::kSlots - 1);
    if (!slot) return ForgetAll();
    slots.push_back(*slot);
    message.remove_prefix(end);
  }
  if (slots.empty()) return ForgetAll();
  cache_.Hear(slots);
}

void RedisTier::ForgetAll() {
  const Generations::Slot all = Generations::SlotOf(Tag::kAll);
  cache_.Hear({&all, 1});
}

void RedisTier::Heard(SteadyTime until) {
  {
    const std::lock_guard lock(trust_mutex_);
    heard_until_ = until;
  }
  UpdateTrust();
}

void RedisTier::UpdateTrust() {
  const std::lock_guard lock(trust_mutex_);
  const Agreement::View view = agreement_.Look();
  if (view.version != version_) {
    version_ = view.version;
    version_shown_.store(version_);
    ForgetAll();  // before anything is trusted again
  }
  const SteadyTime until = std::min(heard_until_, view.agreed_until);
  trusted_until_.store(until.time_since_epoch());
  cache_.HeardUntil(until);
}

SharedTierStatus RedisTier::Status() const {
  const std::lock_guard lock(mutex_);
  SharedTierStatus status = status_;
  status.trusted = SteadyClock::now().time_since_epoch() < trusted_until_.load();
  return status;
}

SharedTierCounts RedisTier::Counts() const {
  SharedTierCounts counts{.hits = counters_.hits.Value(),
                          .misses = counters_.misses.Value(),
                          .errors = counters_.errors.Value(),
                          .skipped = counters_.skipped.Value(),
                          .stored = counters_.stored.Value(),
                          .oversized = counters_.oversized.Value(),
                          .unraised = counters_.unraised.Value(),
                          .durations = {}};
  for (std::size_t i = 0; i < counts.durations.size(); ++i) counters_.durations[i].AddTo(counts.durations[i]);
  return counts;
}

}  // namespace demo::redis
