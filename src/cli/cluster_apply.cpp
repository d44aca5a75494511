#include <fmt/format.h>

#include <ostream>
#include <utility>

#include "base/clock.h"
#include "base/json.h"
#include "cli/cluster.h"
#include "cluster/apply.h"

namespace demo {
namespace {

using std::chrono::milliseconds;

std::string Seconds(milliseconds time) { return fmt::format("{:.1f} s", static_cast<double>(time.count()) / 1000); }

/// A step when it begins, a wait when its reason is a new one. On a terminal the wait counts its seconds.
class TextProgress : public cluster::ApplyListener {
 public:
  TextProgress(std::ostream& out, bool terminal, bool dry_run) : out_(out), terminal_(terminal), dry_run_(dry_run) {}

  void OnStep(const std::string& text) override {
    EndWait();
    out_ << (dry_run_ ? "would " : "") << text << std::endl;
  }
  void OnDone(const std::string& /*text*/, milliseconds took) override {
    if (took >= std::chrono::seconds(1)) out_ << "  took " << Seconds(took) << std::endl;
  }
  void OnRetry(const std::string& text, const std::string& reason) override {
    EndWait();
    if (std::exchange(failed_, text + reason) == text + reason) return;
    out_ << "  failed, looking again: " << reason << std::endl;
  }
  void OnWait(const std::string& reason) override {
    const SteadyTime now = SteadyClock::now();
    if (reason != waiting_for_) {
      EndWait();
      waiting_for_ = reason;
      since_ = now;
      out_ << "wait: " << reason << std::endl;
    }
    if (!terminal_) return;
    // A line of its own: the reason may be longer than the terminal is wide.
    drawn_ = true;
    const auto waited = std::chrono::duration_cast<std::chrono::seconds>(now - since_);
    out_ << fmt::format("\r\x1B[K  {} s", waited.count()) << std::flush;
  }
  void EndWait() {
    if (std::exchange(drawn_, false)) out_ << "\r\x1B[K" << std::flush;
    waiting_for_.clear();
  }

 private:
  std::ostream& out_;
  const bool terminal_;
  const bool dry_run_;
  std::string waiting_for_;
  std::string failed_;
  SteadyTime since_;
  bool drawn_ = false;
};

/// {"event": "step", "text": …}, a line each.
class JsonProgress : public cluster::ApplyListener {
 public:
  explicit JsonProgress(std::ostream& out) : out_(out) {}

  void OnStep(const std::string& text) override { Write("step", "text", text); }
  void OnDone(const std::string& text, milliseconds took) override {
    JsonWriter json;
    json.BeginObject().Key("event").String("done").Key("text").String(text);
    json.Key("milliseconds").Number(took.count()).EndObject();
    out_ << std::move(json).Take() << std::endl;
  }
  void OnRetry(const std::string& text, const std::string& reason) override {
    JsonWriter json;
    json.BeginObject().Key("event").String("retry").Key("text").String(text);
    json.Key("reason").String(reason).EndObject();
    out_ << std::move(json).Take() << std::endl;
  }
  void OnWait(const std::string& reason) override {
    if (std::exchange(waiting_for_, reason) != reason) Write("wait", "reason", reason);
  }

 private:
  void Write(std::string_view event, std::string_view name, const std::string& text) {
    JsonWriter json;
    json.BeginObject().Key("event").String(event).Key(name).String(text).EndObject();
    out_ << std::move(json).Take() << std::endl;
  }

  std::ostream& out_;
  std::string waiting_for_;
};

void SayEnd(std::ostream& out, bool as_json, bool dry_run, int steps, milliseconds took) {
  if (as_json) {
    JsonWriter json;
    json.BeginObject().Key("event").String("end").Key("dry_run").Bool(dry_run);
    json.Key("steps").Number(steps).Key("milliseconds").Number(took.count()).EndObject();
    out << std::move(json).Take() << std::endl;
  } else if (steps == 0) {
    out << fmt::format("nothing to do ({})", Seconds(took)) << std::endl;
  } else {
    out << fmt::format("{} {} {} in {}", dry_run ? "would do" : "done:", steps, steps == 1 ? "step" : "steps",
                       Seconds(took))
        << std::endl;
  }
}

}  // namespace

int RunClusterApply(const ClusterOptions& options, std::ostream& out, std::ostream& errors,
                    const std::function<bool()>& stop) {
  const SteadyTime begin = SteadyClock::now();
  const auto topology = cluster::ReadTopology(options.topology);
  if (!topology) {
    errors << "demo-app: " << topology.error().message << std::endl;
    return 2;
  }
  TextProgress text(out, options.terminal, options.dry_run);
  JsonProgress json(out);
  cluster::ApplyListener& listener = options.json ? static_cast<cluster::ApplyListener&>(json) : text;
  const auto steps = options.dry_run
                         ? cluster::RehearseApply(*topology, listener)
                         : cluster::Apply(*topology, {std::chrono::seconds(options.deadline), stop}, listener);
  text.EndWait();
  if (!steps) {
    errors << "demo-app: " << steps.error().message << std::endl;
    return 1;
  }
  const auto took = std::chrono::duration_cast<milliseconds>(SteadyClock::now() - begin);
  SayEnd(out, options.json, options.dry_run, *steps, took);
  return 0;
}

}  // namespace demo
