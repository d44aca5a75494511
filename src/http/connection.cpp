#include "http/connection.h"

#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <exception>
#include <utility>

#include "base/faults.h"
#include "base/log.h"
#include "http/head_reader.h"
#include "http/send_parts.h"
#include "http/server_loop.h"

namespace demo::http {
namespace {

using std::chrono::milliseconds;

// Then the other connections of the loop have their turn.
constexpr int kRequestsPerTurn = 32;
constexpr std::size_t kBytesPerTurn = 8UL * 1024;
// How long a closing connection listens, so that its last answer is read before a reset.
constexpr milliseconds kLinger{2'000};
// What is forgotten in one turn, and the pause before the next: 50 MiB a second, whatever a client sends.
constexpr std::size_t kDiscardedAtOnce = 1024 * 1024;
constexpr milliseconds kDiscardPause{20};
constexpr int kClientGone = 499;

}  // namespace

Ticket::Ticket(Connection* connection) : connection_(connection) { connection_->ExpectTicket(); }

Ticket::~Ticket() {
  if (connection_ != nullptr) connection_->SendLater({});
}

void Ticket::Send(Reply reply) && { std::exchange(connection_, nullptr)->SendLater(std::move(reply)); }

Connection::Connection(ServerLoop& server, UniqueFd socket)
    : server_(server), socket_(std::move(socket)), held_(*server.state().options.memory) {}

Connection::~Connection() = default;

// A fault of the program costs the connection that met it, and not the loop's others.
template <typename Work>
void Connection::CloseOnFault(const Work& work) {
  if (!Survive("loop", work)) Survive("loop", [this] { Close(); });
}

void Connection::OnEvents(std::uint32_t events) {
  CloseOnFault([&] { Notice(events); });
}

void Connection::OnDelivered() {
  CloseOnFault([this] { GoOn(); });
}

void Connection::OnDue() {
  CloseOnFault([this] { EndWait(); });
}

void Connection::Notice(std::uint32_t events) {
  if (phase_ == Phase::kClosed) return;
  // A lingering connection reads to the end first: to close over unread bytes would reset the answer away.
  const bool broken = (events & (EPOLLERR | EPOLLHUP)) != 0;
  if (broken && phase_ != Phase::kLingering) return Close();
  if (broken || (events & (EPOLLIN | EPOLLRDHUP)) != 0) readable_ = true;
  if ((events & EPOLLRDHUP) != 0) peer_ended_ = true;
  const bool writable = (events & EPOLLOUT) != 0;
  switch (phase_) {
    case Phase::kReading:
      if (readable_ && !deferred_) Proceed();
      return;
    case Phase::kWriting:
      if (writable) ContinueWriting();
      return;
    case Phase::kStreaming:
      if (writable) FlushStream();
      if (phase_ == Phase::kStreaming && readable_) DiscardInput();
      return;
    case Phase::kLingering:
      if (readable_ && !discards_later_) DiscardInput();
      return;
    default:
      return;
  }
}

void Connection::GoOn() {
  deferred_ = false;
  switch (phase_) {
    case Phase::kArriving:
      return Begin();
    case Phase::kReading:
      return Proceed();
    case Phase::kHandling:
      ticket_out_ = false;
      Respond(std::move(reply_));
      return Proceed();
    case Phase::kClosed:
      if (!ticket_out_) return server_.Bury(*this);
      ticket_out_ = false;
      Report(true);
      return Leave();
    default:
      return;
  }
}

void Connection::EndWait() {
  switch (phase_) {
    case Phase::kReading:
      if (deferred_) return;  // Its input waits for this loop, not for the client.
      if (stage_ == Stage::kIdle) return Close();
      return Refuse(408, "The request did not arrive in time.", true);
    case Phase::kLingering:
      if (server_.events().now() >= linger_until_) return Close();
      discards_later_ = false;
      return DiscardInput();
    case Phase::kWriting:
    case Phase::kStreaming:
      return Close();
    default:
      return;
  }
}

bool Connection::HoldsSince(SteadyTime moment) const {
  const bool holds = phase_ == Phase::kWriting || (phase_ == Phase::kStreaming && !unsent_.empty()) ||
                     (phase_ == Phase::kReading && input_.capacity > InputBuffers::kSmallest);
  return holds && progress_at_ <= moment;
}

void Connection::NoteProgress() {
  progress_at_ = server_.events().now();
  server_.waiting().MoveToEnd(*this);
}

void Connection::SendLater(Reply reply) {
  reply_ = std::move(reply);
  server_.events().Deliver(*this);
}

void Connection::Retire() {
  if (phase_ == Phase::kReading && !deferred_) {
    readable_ = true;  // One last look: what has arrived is still answered.
    Proceed();
  } else if (phase_ == Phase::kStreaming) {
    if (!request_.http_1_0 && unsent_.empty()) SendParts(socket_.get(), "0\r\n\r\n", {});
    Close();
  }
}

void Connection::Begin() {
  phase_ = Phase::kReading;
  server_.Adopt(*this);
  if (phase_ == Phase::kClosed) return;
  if (!server_.events().Watch(socket_.get(), EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, *this)) return Close();
  Rest();
}

/// Reads, parses and answers until the client has to be waited for.
void Connection::Proceed() {
  int left = kRequestsPerTurn;
  read_in_turn_ = 0;
  while (phase_ == Phase::kReading) {
    if (unparsed_) {
      if (left-- == 0 || read_in_turn_ > kBytesPerTurn) {
        deferred_ = true;
        return server_.events().Defer(*this);
      }
      Parse();
    } else if (!readable_ || !ReadSome()) {
      break;
    }
  }
  if (phase_ == Phase::kReading) Rest();
}

/// False when there is nothing to read now, or the connection's phase has changed.
bool Connection::ReadSome() {
  const std::size_t most = parser_ ? parser_->whole_size() : 0;
  if (!server_.MakeRoom(input_, most, *this)) {
    Refuse(503, "Too many requests are on their way.", true);
    return false;
  }
  const std::size_t room = input_.room();
  const ssize_t count = ::recv(socket_.get(), input_.memory.get() + input_.end, room, 0);
  if (count > 0) {
    input_.end += static_cast<std::size_t>(count);
    read_in_turn_ += static_cast<std::size_t>(count);
    unparsed_ = true;
    progress_at_ = server_.events().now();
    // A short read emptied the socket: whatever comes later is a new edge. Only the end of the input, once seen, is
    // not.
    if (static_cast<std::size_t>(count) < room && !peer_ended_) readable_ = false;
    return true;
  }
  if (count < 0 && errno == EINTR) return true;
  if (count < 0 && errno == EAGAIN) {
    readable_ = false;
    return false;
  }
  Close();
  return false;
}

void Connection::Parse() {
  unparsed_ = false;
  if (!parser_) {
    const ServerOptions& options = server_.state().options;
    const HeadLimits limits{options.max_request_line, options.max_header_bytes, options.max_headers};
    parser_.emplace(limits, options.max_body);
    continue_sent_ = false;
  }
  std::size_t size = input_.size();
  const auto state = parser_->Feed(input_.data(), size, request_);
  input_.end = input_.begin + size;
  if (!state) return Refuse(state.error().status, state.error().detail, true);
  if (*state == RequestParser::State::kComplete) return Handle();
  if (*state == RequestParser::State::kBody && parser_->framing().expects_continue && !continue_sent_) SendContinue();
}

void Connection::SendContinue() {
  continue_sent_ = true;
  // Too small to block on a connection that has nothing else under way; a broken one shows itself at the next read.
  SendParts(socket_.get(), "HTTP/1.1 100 Continue\r\n\r\n", {});
}

void Connection::Handle() {
  if (!parser_->framing().known_method) return Refuse(501, "The method is not known here.", false);
  request_.received_at = server_.events().now();
  request_.id = server_.NextRequestId();
  std::optional<Reply> reply;
  try {
    reply = server_.state().application.OnRequest(request_, *this);
  } catch (const std::exception& fault) {
    // A fault of the program costs its own request, not the others: 500.
    static log::Throttle throttle;
    log::Error(throttle, "a request failed", {{"reason", fault.what()}});
  }
  if (reply && reply->overloaded) server_.events().PauseAfterRound();
  if (!ticket_out_) return Respond(reply ? *std::move(reply) : Reply{});
  phase_ = Phase::kHandling;
  server_.waiting().Remove(*this);
}

/// Sets the deadline of what is waited for; an idle connection gives its memory back.
void Connection::Rest() {
  const Stage stage = ReadStage();
  if (stage != stage_) {
    stage_ = stage;
    stage_since_ = server_.events().now();
  }
  if (stage == Stage::kIdle) {
    server_.inputs().TakeBack(input_);
    if (server_.stopping()) return Close();
  }
  server_.events().timers().Schedule(*this, ReadDeadline());
}

Connection::Stage Connection::ReadStage() const {
  if (input_.empty()) return Stage::kIdle;
  return parser_ && parser_->state() == RequestParser::State::kBody ? Stage::kBody : Stage::kHead;
}

SteadyTime Connection::ReadDeadline() const {
  const ServerOptions& options = server_.state().options;
  if (stage_ == Stage::kIdle) return stage_since_ + options.idle_deadline;
  if (stage_ == Stage::kHead) return stage_since_ + options.header_deadline;
  // The least rate, after an allowance as long as the header's.
  const auto received = static_cast<std::int64_t>(parser_->body_received());
  return stage_since_ + options.header_deadline + milliseconds(received * 1000 / options.min_body_rate);
}

void Connection::Refuse(int status, std::string_view detail, bool close) {
  refused_ = true;
  ClearHead(request_);
  if (parser_) parser_->ReadHeadOnly({input_.data(), input_.size()}, request_);
  request_.id = server_.NextRequestId();
  request_.received_at = server_.events().now();
  Reply reply = server_.state().application.OnMalformed(request_, status, detail);
  reply.close = close;
  Respond(std::move(reply));
}

/// Reads and forgets what a client sends that is no longer listened to; what is too much for one turn waits, or ends an
/// event stream.
void Connection::DiscardInput() {
  constexpr std::size_t kPiece = 16 * 1024;
  char* const scratch = server_.output().Start(kPiece);
  for (std::size_t discarded = 0; discarded < kDiscardedAtOnce;) {
    const ssize_t count = ::recv(socket_.get(), scratch, kPiece, 0);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN) {
      readable_ = false;
      if (phase_ == Phase::kLingering) server_.events().timers().Schedule(*this, linger_until_);
      return;
    }
    if (count <= 0) return Close();
    discarded += static_cast<std::size_t>(count);
  }
  if (phase_ != Phase::kLingering) return Close();
  discards_later_ = true;
  server_.events().timers().Schedule(*this, std::min(linger_until_, server_.events().now() + kDiscardPause));
}

/// Tells the application. `gone`: the client went away, or was cut off, before it had the whole answer.
void Connection::Report(bool gone) {
  const std::int64_t duration = (SteadyClock::now() - request_.received_at).count();
  const Exchange exchange{.request = request_,
                          .refused = refused_,
                          .reply = gone ? nullptr : &reply_,
                          .status = gone ? kClientGone : answer_status_,
                          .bytes_sent = bytes_sent_,
                          .duration = duration};
  Survive("loop", [&] { server_.state().application.OnFinished(exchange); });
}

void Connection::CloseAfterAnswer() {
  const bool unread = readable_ || input_.size() > (parser_ ? parser_->consumed() : 0);
  if (!linger_after_ && !unread) return Close();
  ::shutdown(socket_.get(), SHUT_WR);
  phase_ = Phase::kLingering;
  server_.inputs().TakeBack(input_);
  server_.waiting().MoveToEnd(*this);
  linger_until_ = server_.events().now() + kLinger;
  server_.events().timers().Schedule(*this, linger_until_);
  if (readable_) DiscardInput();
}

void Connection::Close() {
  if (phase_ == Phase::kClosed) return;
  const Phase phase = std::exchange(phase_, Phase::kClosed);
  if (phase == Phase::kWriting) Report(true);
  if (phase == Phase::kStreaming) {
    server_.RemoveStream(*this);
    Report(false);
  }
  server_.events().timers().Cancel(*this);
  server_.waiting().Remove(*this);
  socket_.Close();
  server_.NoteClosed();
  if (!ticket_out_) Leave();
}

/// Nothing points here any more, but perhaps this round's events: the end of the round frees the connection.
void Connection::Leave() {
  reply_ = {};
  held_.GiveBack();
  server_.inputs().TakeBack(input_);
  if (!std::exchange(deferred_, true)) server_.events().Defer(*this);
}

}  // namespace demo::http
