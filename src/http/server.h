#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/memory_budget.h"
#include "base/result.h"
#include "http/request.h"
#include "http/response.h"

namespace demo::http {

class Connection;

/// The right, and the duty, to answer one request later: call Send exactly once, from any thread. A ticket that is
/// destroyed unused answers 500. The Request stays valid until then. When the client has gone, Send does nothing.
/// Made in OnRequest only, at most one a request. The Server outlives every ticket: see Application::GiveUpTickets.
class Ticket {
 public:
  explicit Ticket(Connection* connection);
  Ticket(Ticket&& other) noexcept : connection_(std::exchange(other.connection_, nullptr)) {}
  Ticket& operator=(Ticket&&) = delete;
  ~Ticket();
  void Send(Reply reply) &&;

 private:
  Connection* connection_;
};

/// One request, answered or given up; what the access log and the metrics are made of.
struct Exchange {
  const Request& request;  ///< Where it could not be parsed: an id and a time, and the head if that was sound.
  bool refused;            ///< By the server itself: the application was not asked.
  const Reply* reply;      ///< Null where the client went away before the answer.
  int status;              ///< As sent: 304 where the reply became that; 499 where the client went away.
  std::uint64_t bytes_sent;
  std::int64_t duration;  ///< From the request's last byte read to the answer's last byte written, in nanoseconds.
};

/// What serves the requests. Called on the loops' threads, several at once: nothing here may block.
class Application {
 public:
  virtual ~Application() = default;
  /// Answers at once, or returns nothing after taking the ticket with `exchange`.
  virtual std::optional<Reply> OnRequest(Request& request, Connection& connection) = 0;
  /// The answer where the server itself refuses: bytes that are no acceptable request (4xx, 501, 505), a request that
  /// did not arrive in time (408), no room (503), an answer that failed (500). The server closes where it must. Of
  /// `request` no more may be there than its id.
  virtual Reply OnMalformed(const Request& request, int status, std::string_view detail) = 0;
  virtual void OnFinished(const Exchange& exchange) = 0;
  /// No request comes any more, and the server is about to go: when this returns, no ticket is left. Called once, by
  /// the thread that destroys the server, and may wait.
  virtual void GiveUpTickets() {}
};

struct ServerOptions {
  std::string bind = "0.0.0.0";
  std::uint16_t port = 5000;  ///< 0 lets the system choose.
  int loops = 0;              ///< 0: one for each processor.
  std::string instance;       ///< Named in every answer.

  std::size_t max_request_line = 8 * 1024;
  std::size_t max_header_bytes = 16 * 1024;
  int max_headers = 100;
  std::size_t max_body = 1024 * 1024;
  int max_event_streams = 256;
  int max_connections = 0;  ///< 0: as many as the limit of descriptors leaves after a reserve for everything else.
  MemoryBudget* memory = &MemoryBudget::OfProcess();  ///< Bounds all that clients make it hold.
  std::chrono::milliseconds header_deadline{10'000};
  std::chrono::milliseconds idle_deadline{60'000};
  std::chrono::milliseconds write_deadline{30'000};
  std::int64_t min_body_rate = 500;  ///< Bytes a second.
};

/// The HTTP/1.1 server: loops, connections, limits and deadlines. It knows bytes and framing, and nothing of routes.
class Server {
 public:
  /// Listens and starts the loops' threads. `application` outlives the server. Errors: Unavailable (the address cannot
  /// be had, with the reason), Invalid (this machine does not have it).
  static Result<std::unique_ptr<Server>> Start(const ServerOptions& options, Application& application);
  virtual ~Server() = default;

  virtual std::uint16_t port() const = 0;
  /// Gives every open event stream `event`, already framed. Thread-safe. A stream that does not keep up is closed.
  virtual void Publish(std::shared_ptr<const std::string> event) = 0;
  virtual int open_event_streams() const = 0;
  virtual int open_connections() const = 0;

  /// From now on each answer closes its connection; new ones are still accepted. Idle connections stay until their next
  /// answer or Stop: closing one now could cross with a request that is on its way, and lose it.
  virtual void BeginDrain() = 0;
  /// Stops accepting, closes idle connections and event streams, lets what runs finish until `deadline`, cuts the rest,
  /// ends the loops. Returns how many were cut.
  virtual int Stop(std::chrono::milliseconds deadline) = 0;
};

}  // namespace demo::http
