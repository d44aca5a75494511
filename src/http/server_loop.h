#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "base/unique_fd.h"
#include "http/connection.h"
#include "http/event_loop.h"
#include "http/input_buffers.h"
#include "http/response_writer.h"
#include "http/server.h"
#include "http/waiting_list.h"

namespace demo::http {

/// What all loops of a server share. Read at each request, written a few times in its life, so that no request of one
/// loop takes a cache line from another's.
struct ServerState {
  ServerOptions options;
  Application& application;
  std::uint64_t id_seed = 0;
  std::size_t max_connections_of_loop = 0;
  std::atomic<bool> draining{false};
  alignas(64) std::atomic<int> event_streams{0};
};

/// One loop, its connections, and what they use in common. Used on the loop's thread but where said otherwise.
class ServerLoop {
 public:
  ServerLoop(ServerState& state, int index);
  ~ServerLoop();

  EventLoop& events() { return events_; }
  ServerState& state() { return state_; }
  InputBuffers& inputs() { return inputs_; }
  OutputBuffer& output() { return output_; }
  WaitingList& waiting() { return waiting_; }

  /// What a connection costs here and in the kernel while nothing is under way: its object, a socket, an epoll entry.
  static constexpr std::size_t kConnectionCost = 4 * 1024;

  /// Open connections, with those on their way to this loop. Thread-safe.
  int open() const { return open_.load(std::memory_order_relaxed); }
  /// Takes over an accepted, non-blocking socket. Thread-safe.
  void HandOver(UniqueFd socket);
  /// Starts to serve `connection`; makes room for it by closing the connection that has waited longest.
  void Adopt(Connection& connection);
  /// Closes up to `count` connections, those first that have waited longest for their client. Returns how many.
  int Shed(int count);
  /// Sheds some, at most half of all: who has only just come may have its request on the way already.
  int ShedSome();
  /// Has this loop ShedSome, once however often it is asked before it comes to it. From any thread.
  void RequestShedding();
  /// Gives `buffer` room for more, `most` bytes in all where that is known, if need be after others than `asking` were
  /// shed for it. False where there is none.
  bool MakeRoom(InputBuffer& buffer, std::size_t most, Connection& asking);
  /// Has this loop close connections that hold memory and make no progress, until the budget is not tight any more.
  /// From any thread; once, however often it is asked before it comes to it.
  void RequestRelief();

  void AddStream(Connection& connection);
  void RemoveStream(Connection& connection);
  void SendToStreams(std::string_view event);

  /// The connection's socket is closed.
  void NoteClosed();
  /// Frees the connection.
  void Bury(Connection& connection);

  /// Retires every connection, and ends the loop when the last is closed or `deadline` is over.
  void BeginStop(std::chrono::milliseconds deadline);
  bool stopping() const { return stopping_; }
  /// How many connections the end of the loop cut. After the loop has ended.
  int cut() const { return cut_; }

  std::uint64_t NextRequestId();
  std::string_view DateText();

 private:
  struct StopTimer final : Timer {
    explicit StopTimer(ServerLoop& owner) : loop(owner) {}
    void OnDue() override { loop.CutAll(); }
    ServerLoop& loop;
  };

  void CutAll();
  void Relieve();

  ServerState& state_;
  EventLoop events_;
  LoopShare memory_;
  InputBuffers inputs_{memory_};
  OutputBuffer output_;
  OutputBuffer stream_frame_;
  WaitingList waiting_;
  std::vector<std::unique_ptr<Connection>> connections_;
  std::vector<Connection*> streams_;
  StopTimer stop_timer_{*this};
  HttpDateText date_text_{};
  SteadyTime date_until_{};
  std::uint64_t next_id_;
  bool stopping_ = false;
  int cut_ = 0;
  alignas(64) std::atomic<int> open_{0};
  std::atomic<bool> shedding_requested_{false};
  std::atomic<bool> relief_requested_{false};
};

}  // namespace demo::http
