#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>

namespace demo {

/// Parts of something that is shown, by name.
using Drawn = std::map<std::string, std::string>;

/// Draws every second what pages show and gives the parts that changed to whoever watches, so that no page has to ask.
class ChangeFeed {
 public:
  struct Hooks {
    std::function<Drawn()> draw;                                      ///< The same names each time. May block.
    std::function<int()> watchers;                                    ///< Server::open_event_streams.
    std::function<void(std::shared_ptr<const std::string>)> publish;  ///< Server::Publish.
  };
  struct Options {
    std::chrono::milliseconds interval{1000};
    int whole_every = 5;  ///< After so many intervals all parts are published, for who came while another left.
  };

  /// From now on publishes "event: drawn" with {"NAME":"PART",...}: the parts that are other than before, and all of
  /// them when the number of watchers changed. Nothing is drawn while nobody watches. `hooks` are called by a thread of
  /// this object's own.
  explicit ChangeFeed(Hooks hooks) : ChangeFeed(std::move(hooks), Options()) {}
  ChangeFeed(Hooks hooks, Options options);
  ChangeFeed(const ChangeFeed&) = delete;
  ChangeFeed& operator=(const ChangeFeed&) = delete;
  /// Waits for the drawing that is under way; nothing is published after.
  ~ChangeFeed() = default;

 private:
  void Run(const std::stop_token& stop);
  void Tick();

  const Hooks hooks_;
  const Options options_;
  // Of the thread alone.
  int watchers_ = 0;
  int ticks_ = 0;
  Drawn last_;
  std::jthread thread_;  ///< Last: it uses all of the above.
};

}  // namespace demo
