#include "cache/redis/agreement.h"

#include <algorithm>
#include <utility>

#include "base/faults.h"
#include "base/log.h"
#include "cache/generations.h"

namespace demo::redis {
namespace {

using namespace std::chrono_literals;

// A change of the register is known everywhere after this and one read: well under the second that others may be late.
constexpr auto kInterval = 300ms;
// A read that takes longer is a store in trouble. Then nobody can announce either, or hardly: what Redis carries
// counts.
constexpr auto kSilent = 400ms;
// A carrier is named again when nothing was announced for so long.
constexpr auto kQuiet = 2500ms;
// An announcement covers what its process writes for so long: less than that, as clocks differ.
constexpr auto kAnnouncementLasts = 2s;
// While writers need one, the next is made at the first look at the register after this, so that none of them waits.
constexpr auto kAnnouncedAgain = 1s;
// For so long after one that failed no other writer tries: one after the other would wait for the store's deadline.
constexpr auto kFailureLasts = 1s;
// For a carrier in place of another one. The random part keeps two halves of a split from changing it in turn.
constexpr auto kSettled = 300ms;
constexpr int kSettledMore = 700;

log::Throttle throttle;

}  // namespace

Agreement::Agreement(SharedRegister* store_register, std::function<void()> on_change)
    : register_(store_register), on_change_(std::move(on_change)) {
  if (register_ != nullptr) thread_ = std::jthread([this](const std::stop_token& stop) { Run(stop); });
}

Agreement::~Agreement() = default;

void Agreement::SetCarrier(std::string carrier) {
  const std::lock_guard lock(mutex_);
  if (carrier == carrier_) return;
  carrier_ = std::move(carrier);
  carrier_since_ = SteadyClock::now();
  wake_.notify_all();
}

SteadyTime Agreement::KnownUntil(SteadyTime now) const {
  const bool silent = failing_ || (reading_since_ != SteadyTime() && now - reading_since_ > kSilent);
  return silent ? SteadyTime::max() : read_sent_ + Generations::kOthersBound;
}

SteadyTime Agreement::AgreedUntil(SteadyTime now) const {
  if (register_ == nullptr) return SteadyTime::max();
  if (carrier_.empty() || value_.text != carrier_) return {};
  return KnownUntil(now);
}

Agreement::View Agreement::Look() const {
  const std::lock_guard lock(mutex_);
  return {value_.version, AgreedUntil(SteadyClock::now())};
}

bool Agreement::Carried(const std::string& carrier) {
  if (register_ == nullptr) return true;
  const std::lock_guard lock(mutex_);
  raised_through_ = carrier;
  const SteadyTime now = SteadyClock::now();
  // Where nobody is named, nobody relies on hearing; should this carrier be named meanwhile, who relies on it heard.
  const bool named = value_.text == carrier_ || (value_.version >= 0 && value_.text.empty());
  return carrier == carrier_ && named && now < KnownUntil(now);
}

void Agreement::Announce() {
  if (register_ == nullptr) return;
  const SteadyTime wanted = SteadyClock::now();
  if (IsAnnounced(wanted)) return;
  const std::lock_guard one_at_a_time(announcing_);
  if (!IsAnnounced(wanted)) WriteAnnouncement();
}

bool Agreement::IsAnnounced(SteadyTime wanted) {
  const std::lock_guard lock(mutex_);
  wanted_ = std::max(wanted_, wanted);
  const SteadyTime now = SteadyClock::now();
  if (announced_ != SteadyTime() && (announced_ >= wanted || now - announced_ < kAnnouncementLasts)) return true;
  return owes_announcement_ && now - failed_ < kFailureLasts;
}

bool Agreement::MustAnnounceAgain() const {
  const std::lock_guard lock(mutex_);
  const bool wanted = carrier_.empty() && announced_ != SteadyTime() && wanted_ > announced_;
  return wanted && SteadyClock::now() - announced_ > kAnnouncedAgain;
}

void Agreement::WriteAnnouncement() {
  const SteadyTime sent = SteadyClock::now();
  const auto written = register_->Write({});
  if (!written) log::Warning(throttle, "cannot tell others that Redis did not", {{"reason", written.error().message}});
  {
    const std::lock_guard lock(mutex_);
    owes_announcement_ = !written;
    (written ? announced_ : failed_) = written ? sent : SteadyClock::now();
  }
  if (written) Note(written, sent);
}

void Agreement::Note(const Result<SharedRegister::Value>& read, SteadyTime sent) {
  bool changed = false;
  {
    const std::lock_guard lock(mutex_);
    failing_ = !read;
    // A lower number is an answer that was overtaken by a change of this process. Said again, the register was lost
    // with its database, and starts anew.
    const bool lower = read && read->version < value_.version;
    lower_ = lower ? lower_ + 1 : 0;
    if (read && (!lower || lower_ > 1)) {
      changed = read->version != value_.version;
      if (changed) version_since_ = SteadyClock::now();
      value_ = *read;
      read_sent_ = std::max(read_sent_, sent);
    }
  }
  if (changed) on_change_();
}

// The register's own number keeps two processes from proposing at once.
void Agreement::MayPropose(const SharedRegister::Value& seen) {
  std::string carrier;
  {
    const std::lock_guard lock(mutex_);
    const SteadyTime now = SteadyClock::now();
    if (carrier_.empty() || seen.text == carrier_) return;
    const auto settled = kSettled + std::chrono::milliseconds(static_cast<int>(random_() % kSettledMore));
    const auto quiet = seen.text.empty() && seen.version > 0 ? kQuiet : settled;
    const bool first = seen.version == 0;
    if (!first && (now - version_since_ < quiet || now - carrier_since_ < kSettled)) return;
    carrier = carrier_;
  }
  const SteadyTime sent = SteadyClock::now();
  if (const auto written = register_->WriteIf(seen.version, carrier)) Note(written, sent);
}

void Agreement::Poll() {
  const SteadyTime sent = SteadyClock::now();
  std::string raised_through;
  bool owes = false;
  {
    const std::lock_guard lock(mutex_);
    reading_since_ = sent;
    raised_through.swap(raised_through_);
    owes = owes_announcement_;
  }
  const auto read = OrFail([this] { return register_->Read(); });
  {
    const std::lock_guard lock(mutex_);
    reading_since_ = {};
    if (!read && raised_through_.empty()) raised_through_ = raised_through;
    if (read) failed_ = {};
  }
  Note(read, sent);
  if (owes && read) return Announce();
  if (!read) return;
  if (MustAnnounceAgain()) {
    const std::lock_guard one_at_a_time(announcing_);
    return WriteAnnouncement();
  }
  const bool unheard = !raised_through.empty() && !read->text.empty() && read->text != raised_through;
  if (unheard) return Renew(*read, std::move(raised_through));
  MayPropose(*read);
}

// The carrier was replaced while this process raised through the one before: nobody who relies on the new one heard
// that. A new number makes all drop what they kept.
void Agreement::Renew(const SharedRegister::Value& seen, std::string raised_through) {
  const SteadyTime sent = SteadyClock::now();
  const auto written = register_->WriteIf(seen.version, seen.text);
  if (written) Note(written, sent);
  if (written && written->version == seen.version + 1 && written->text == seen.text) return;
  const std::lock_guard lock(mutex_);
  if (raised_through_.empty()) raised_through_ = std::move(raised_through);
}

void Agreement::Run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    Survive("agreement", [this] { Poll(); });
    std::unique_lock lock(mutex_);
    const std::string carrier = carrier_;
    wake_.wait_for(lock, stop, kInterval, [&] { return carrier_ != carrier; });
  }
}

}  // namespace demo::redis
