#include "store/mongo/hosts.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "mongo/collections.h"
#include "mongo/fields.h"
#include "store/mongo/sums.h"

namespace demo::mongo {
namespace {

using std::chrono::milliseconds;

log::Throttle throttle;

struct Seen {
  Host host;
  UnixMillis seen = 0;
  std::int64_t lifetime_ms = 0;
};

bool LivesAt(const Seen& each, UnixMillis now) { return each.seen + each.lifetime_ms > now; }

Result<Seen> ToSeen(const View& document) {
  Fields fields(kHosts, document);
  Seen seen{{fields.Text("_id"), fields.Text("info"), fields.BoolIfAny("draining")},
            fields.Date("seen"),
            fields.Int("lifetime_ms")};
  return fields.Done(std::move(seen));
}

/// What no instance of this service wrote is none: it must not keep one from telling the others that it lives.
Result<std::vector<Seen>> ReadAll(Connection& connection) {
  std::vector<Seen> all;
  Cursor cursor = connection.Find(kHosts, {}, Doc("sort", Doc("_id", std::int32_t{1})));
  while (const auto document = cursor.Next()) {
    auto seen = ToSeen(*document);
    if (!seen) log::Warning(throttle, "an instance cannot be read", {{"reason", seen.error().message}});
    if (seen) all.push_back(*std::move(seen));
  }
  if (auto done = cursor.Finish(); !done) return Fail(done.error());
  return all;
}

Result<UnixMillis> ServerTime(Connection& connection) {
  const auto hello = connection.Run(Doc("isMaster", std::int32_t{1}), "admin");
  if (!hello) return Fail(hello.error());
  Fields fields("isMaster", hello->view());
  return fields.Done(fields.Date("localTime"));
}

/// Removes those that were not renewed since they were read.
Result<void> Forget(Connection& connection, const std::vector<Seen>& gone) {
  if (gone.empty()) return {};
  std::vector<std::string> pods;
  UnixMillis last = 0;
  for (const Seen& each : gone) {
    pods.push_back(each.host.pod);
    last = std::max(last, each.seen);
  }
  Document filter = IsOneOf("_id", pods);
  filter.Add("seen", Doc("$lte", Date{last}));
  const auto deleted = connection.DeleteMany(kHosts, filter);
  if (!deleted) return Fail(deleted.error());
  return {};
}

/// The server's time at which `host` was seen now.
Result<UnixMillis> Write(Connection& connection, const Host& host, std::chrono::seconds lifetime) {
  Document set = Doc("info", host.info);
  set.Add("draining", host.draining).Add("lifetime_ms", std::int64_t{milliseconds(lifetime).count()});
  Document update = Doc("$set", set);
  update.Add("$currentDate", Doc("seen", true));
  const auto renewed = connection.UpdateAndGet(kHosts, Doc("_id", host.pod), update, true);
  if (!renewed) return Fail(renewed.error());
  if (!*renewed) return Fail(ErrorCode::kInternal, "MongoDB did not give back the instance that it renewed.");
  Fields fields(kHosts, (*renewed)->view());
  return fields.Done(fields.Date("seen"));
}

}  // namespace

Result<bool> Hosts::Renew(Connection& connection, const Host& host, std::chrono::seconds lifetime) {
  auto before = ReadAll(connection);
  if (!before) return Fail(before.error());
  const auto now = Write(connection, host, lifetime);
  if (!now) return Fail(now.error());

  std::vector<Seen> gone;
  std::vector<Host> set;
  bool was_there = false;
  for (Seen& each : *before) {
    const bool lives = LivesAt(each, *now);
    if (each.host.pod == host.pod) {
      was_there = lives && each.host == host;
    } else if (lives) {
      set.push_back(std::move(each.host));
    } else {
      gone.push_back(std::move(each));
    }
  }
  set.push_back(host);
  if (auto forgotten = Forget(connection, gone); !forgotten) return Fail(forgotten.error());
  std::ranges::sort(set, {}, &Host::pod);
  const std::lock_guard lock(mutex_);
  const bool changed = std::exchange(last_, set) != set;
  return changed || !was_there;
}

Result<void> Hosts::Remove(Connection& connection, const std::string& pod) {
  const auto deleted = connection.DeleteMany(kHosts, Doc("_id", pod));
  if (!deleted) return Fail(deleted.error());
  return {};
}

Result<std::vector<Host>> Hosts::List(Connection& connection) {
  const SteadyTime began = SteadyClock::now();
  auto all = ReadAll(connection);
  if (!all) return Fail(all.error());
  const auto now = ServerTime(connection);
  if (!now) return Fail(now.error());
  std::erase_if(*all, [&](const Seen& each) { return !LivesAt(each, *now); });

  std::vector<Host> hosts;
  std::map<std::string, Heard> heard;
  const std::lock_guard lock(mutex_);
  const SteadyTime here = SteadyClock::now();
  const auto since_last = std::chrono::floor<milliseconds>(here - std::exchange(listed_, began));
  for (Seen& each : *all) {
    const auto known = heard_.find(each.host.pod);
    const bool is_heard_anew = known == heard_.end() || known->second.seen != each.seen;
    // It cannot have been renewed before the last listing, whatever the servers' clocks say.
    const auto silence = is_heard_anew ? std::clamp(milliseconds(*now - each.seen), milliseconds(0), since_last)
                                       : here - known->second.at;
    heard[each.host.pod] = {each.seen, here - silence};
    each.host.silence = std::chrono::floor<milliseconds>(silence);
    hosts.push_back(std::move(each.host));
  }
  heard_ = std::move(heard);
  return hosts;
}

}  // namespace demo::mongo
