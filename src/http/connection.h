#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/memory_budget.h"
#include "base/unique_fd.h"
#include "http/event_loop.h"
#include "http/input_buffers.h"
#include "http/request_parser.h"
#include "http/response_writer.h"
#include "http/server.h"
#include "http/timer_wheel.h"
#include "http/waiting_list.h"

namespace demo::http {

class ServerLoop;

/// One client's connection: reads a request, has it answered, writes the answer, and begins again. One read and one
/// write a request; nothing is read while a request is being answered, so a client that sends faster waits in its
/// own socket.
///
/// Belongs to one loop and is used on its thread only, but for SendLater.
class Connection final : public EventHandler, public Mail, public Timer, public WaitingLink {
 public:
  Connection(ServerLoop& server, UniqueFd socket);
  ~Connection() override;

  void OnEvents(std::uint32_t events) override;
  void OnDelivered() override;
  void OnDue() override;

  /// Notes that the request is answered by a ticket. Called by Ticket, within OnRequest.
  void ExpectTicket() { ticket_out_ = true; }
  /// Brings the ticket's answer back to the loop; without a response, the answer is 500. Thread-safe.
  void SendLater(Reply reply);

  /// For an event stream: queues `frame` (chunk framing and event) or `event` for a client of HTTP/1.0.
  void SendEvent(std::string_view frame, std::string_view event);
  /// The server stops: closes an idle connection and an event stream, the others after their answer.
  void Retire();
  /// Closes without another byte, whatever goes on.
  void Cut() { Close(); }

  bool is_open() const { return phase_ != Phase::kClosed; }
  /// Whether it holds more memory than any connection may, and its client has neither read nor sent since `moment`.
  bool HoldsSince(SteadyTime moment) const;
  std::size_t index = 0;  ///< Its place in its loop's table.

 private:
  enum class Phase : std::uint8_t { kArriving, kReading, kHandling, kWriting, kStreaming, kLingering, kClosed };
  enum class Stage : std::uint8_t { kNone, kIdle, kHead, kBody };  ///< Within kReading: what is waited for.

  template <typename Work>
  void CloseOnFault(const Work& work);
  void Notice(std::uint32_t events);
  void GoOn();
  void EndWait();
  void Begin();
  void Proceed();
  bool ReadSome();
  void Parse();
  void SendContinue();
  void Handle();
  void Rest();
  Stage ReadStage() const;
  SteadyTime ReadDeadline() const;

  void Refuse(int status, std::string_view detail, bool close);
  void Respond(Reply reply);
  void Transmit(std::string_view body);
  void AwaitReader();
  void NoteProgress();
  void ContinueWriting();
  void FinishAnswer();
  void StartStream();
  void FlushStream();
  void DiscardInput();

  void Report(bool gone);
  void CloseAfterAnswer();
  void Close();
  void Leave();

  ServerLoop& server_;
  UniqueFd socket_;
  Phase phase_ = Phase::kArriving;
  Stage stage_ = Stage::kNone;
  bool readable_ = false;    ///< epoll reported input that no short read has exhausted since.
  bool peer_ended_ = false;  ///< The client will send nothing more.
  bool unparsed_ = false;    ///< The input holds bytes that the parser has not seen.
  bool ticket_out_ = false;
  bool deferred_ = false;  ///< Lies among the loop's deferred mail.
  bool refused_ = false;   ///< The answer under way is to no sound request.
  bool continue_sent_ = false;
  bool close_after_ = false;
  bool linger_after_ = false;  ///< Listen on for a while when closing after the answer.
  int answer_status_ = 0;

  InputBuffer input_;
  std::optional<RequestParser> parser_;
  Request request_;
  SteadyTime stage_since_{};
  SteadyTime progress_at_{};  ///< When the client last read of an answer or sent of a request that takes long.

  Reply reply_;  ///< Being sent, or brought back by a ticket.
  std::string unsent_;
  std::string_view unsent_body_;
  MemoryShare held_;  ///< For what the client does not read.
  std::uint64_t bytes_sent_ = 0;
  SteadyTime linger_until_{};
  bool discards_later_ = false;  ///< What it sends while it lingers waits for the next turn.
  std::size_t read_in_turn_ = 0;
};

}  // namespace demo::http
