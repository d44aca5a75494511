#include "cli/load.h"

#include <fmt/ostream.h>

#include <csignal>
#include <future>
#include <ostream>
#include <thread>

#include "cli/load_data.h"
#include "cli/load_progress.h"

namespace demo {
namespace {

std::atomic<bool> stop_requested = false;
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler sets it");

/// A part may be given twice, so an unknown outcome is settled by giving it again.
Result<void> StorePart(Store& store, const BulkPart& part) {
  constexpr int kTries = 5;
  Result<void> stored;
  for (int i = 0; i < kTries; ++i) {
    stored = store.LoadPart(part);
    if (stored || (stored.error().code != ErrorCode::kTimeout && stored.error().code != ErrorCode::kUnavailable)) break;
    std::this_thread::sleep_for(std::chrono::seconds(1));
  }
  return stored;
}

class Load {
 public:
  Load(Store& store, const LoadOptions& options, std::ostream& out, const std::atomic<bool>& stop)
      : store_(store),
        options_(options),
        data_(options.users, options.orders, options.seed, options.end),
        id_(data_.Id()),
        out_(out),
        stop_(stop) {}

  int Run(bool terminal) {
    const auto begin = store_.LoadPosition(id_);
    if (!begin) return Failed(begin.error());
    if (*begin >= data_.parts()) {
      fmt::print(out_, "All of this load is stored already: {} users, {} orders, seed {}.\n", Grouped(options_.users),
                 Grouped(options_.orders), options_.seed);
      return 0;
    }
    if (auto told = TellWhatIsThere(*begin); !told) return Failed(told.error());
    const auto start = SteadyClock::now();
    LoadProgress progress(out_, terminal, RecordsBefore(*begin), RecordsBefore(data_.parts()), start);
    const auto end = StoreParts(*begin, progress);
    progress.End();
    if (!end) return Failed(end.error());
    if (*end < data_.parts()) {
      fmt::print(out_, "Stopped with {} of {} records stored. The same command goes on from here.\n",
                 Grouped(RecordsBefore(*end)), Grouped(RecordsBefore(data_.parts())));
      return 1;
    }
    return Finished(*begin, SteadyClock::now() - start);
  }

 private:
  [[nodiscard]] std::int64_t RecordsBefore(std::int64_t part) const {
    return data_.OrdersBefore(part) + data_.UsersBefore(part);
  }

  /// The part after the last stored one. While one part is stored, another thread makes the next.
  Result<std::int64_t> StoreParts(std::int64_t part, LoadProgress& progress) {
    const auto make = [this](std::int64_t number) {
      return std::async(std::launch::async, [this, number] { return data_.Make(number); });
    };
    auto next = make(part);
    while (part < data_.parts() && !stop_) {
      const LoadData::Part made = next.get();
      if (part + 1 < data_.parts()) next = make(part + 1);
      if (auto stored = StorePart(store_, {made.users, made.orders, id_, part + 1}); !stored) {
        return Fail(stored.error());
      }
      progress.Show(RecordsBefore(++part), SteadyClock::now());
    }
    return part;
  }

  Result<void> TellWhatIsThere(std::int64_t begin) {
    const auto totals = store_.CountAll();
    if (!totals) return Fail(totals.error());
    if (begin > 0) {
      fmt::print(out_, "Going on after {} of {} records.\n", Grouped(RecordsBefore(begin)),
                 Grouped(RecordsBefore(data_.parts())));
    } else if (totals->users + totals->orders > 0) {
      fmt::print(out_, "The store holds {} users and {} orders; this load is added to them.\n", Grouped(totals->users),
                 Grouped(totals->orders));
    }
    out_.flush();
    return {};
  }

  int Finished(std::int64_t begin, std::chrono::duration<double> took) {
    const auto orders = options_.orders - data_.OrdersBefore(begin);
    fmt::print(out_, "Stored {} users and {} orders in {:.1f} s ({} orders/s).\n",
               Grouped(options_.users - data_.UsersBefore(begin)), Grouped(orders), took.count(),
               Grouped(static_cast<std::int64_t>(static_cast<double>(orders) / took.count())));
    return 0;
  }

  int Failed(const Error& error) {
    fmt::print(out_, "The load failed: {} What is stored stays; the same command goes on from there.\n", error.message);
    return 1;
  }

  Store& store_;
  const LoadOptions options_;
  const LoadData data_;
  const std::string id_;
  std::ostream& out_;
  const std::atomic<bool>& stop_;
};

}  // namespace

int RunLoad(Store& store, const LoadOptions& options, std::ostream& out, bool terminal, const std::atomic<bool>& stop) {
  return Load(store, options, out, stop).Run(terminal);
}

const std::atomic<bool>& StopOnSignal() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGINT, SIGTERM}) {
    std::signal(signal, [](int received) {
      stop_requested = true;
      std::signal(received, SIG_DFL);
    });
    sigaddset(&signals, signal);
  }
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);  // a server waits for them blocked
  return stop_requested;
}

}  // namespace demo
