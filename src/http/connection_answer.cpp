#include <algorithm>
#include <string_view>
#include <utility>

#include "http/connection.h"
#include "http/response_writer.h"
#include "http/send_parts.h"
#include "http/server_loop.h"

// The half of a connection that writes: answers and event streams.
namespace demo::http {
namespace {

// Up to here a copy costs less than a second part of the write.
constexpr std::size_t kCopiedBody = 4 * 1024;
constexpr std::size_t kMaxStreamBacklog = 64 * 1024;
// What the kernel holds for a client that does not read: of the answer and of further requests (acceptor.cpp), and the
// copied parts of the answer here.
constexpr std::size_t kStalledCost = 64 * 1024;

}  // namespace

void Connection::Respond(Reply reply) {
  reply_ = std::move(reply);
  ServerState& state = server_.state();
  if (reply_.event_stream && state.event_streams.load(std::memory_order_relaxed) >= state.options.max_event_streams) {
    reply_ = state.application.OnMalformed(request_, 503, "Too many event streams are open.");
  }
  if (!reply_.response) reply_ = state.application.OnMalformed(request_, 500, "The answer could not be made.");
  const bool streams = reply_.event_stream;
  reply_.event_stream = streams && request_.method != Method::kHead;

  // Whoever did not announce an end may have sent more, and must not meet a reset before it has read the answer.
  const bool client_stays = (refused_ && reply_.close) || parser_->framing().keep_alive;
  const bool stop = state.draining.load(std::memory_order_relaxed) || server_.stopping();
  const bool until_close = streams && request_.http_1_0;
  close_after_ = reply_.close || !client_stays || stop || until_close;
  linger_after_ = close_after_ && client_stays;

  SendingFacts facts;
  facts.date = server_.DateText();
  facts.instance = state.options.instance;
  facts.nanoseconds = (SteadyClock::now() - request_.received_at).count();
  facts.close = close_after_ && (!reply_.event_stream || until_close);
  facts.keep_alive_1_0 = request_.http_1_0 && !close_after_;
  if (streams) facts.framing = until_close ? BodyFraming::kUntilClose : BodyFraming::kChunked;
  const auto [status, body] = WriteHead(request_, reply_, facts, server_.output());
  answer_status_ = status;
  Transmit(reply_.event_stream ? std::string_view() : body);
}

/// Sends the loop's output and then `body`, and keeps what the socket does not take.
void Connection::Transmit(std::string_view body) {
  phase_ = Phase::kWriting;
  OutputBuffer& head = server_.output();
  if (body.size() <= kCopiedBody) {
    head.Append(body);
    body = {};
  }
  const ssize_t count = SendParts(socket_.get(), head.view(), body);
  if (count == kBroken) return Close();
  const std::size_t sent = count == kFull ? 0 : static_cast<std::size_t>(count);
  bytes_sent_ = sent;
  if (sent == head.size() + body.size()) return FinishAnswer();
  unsent_ = head.view().substr(std::min(sent, head.size()));
  unsent_body_ = body.substr(sent - std::min(sent, head.size()));
  AwaitReader();
}

/// The socket is full: what it and the answer hold counts until the client has read.
void Connection::AwaitReader() {
  held_.TakeAnyway(kStalledCost);
  NoteProgress();
  server_.events().timers().Schedule(*this, server_.events().now() + server_.state().options.write_deadline);
}

void Connection::ContinueWriting() {
  while (!unsent_.empty() || !unsent_body_.empty()) {
    const std::string_view first = unsent_.empty() ? unsent_body_ : unsent_;
    const ssize_t count = SendParts(socket_.get(), first, {});
    if (count == kFull) return;
    if (count == kBroken) return Close();
    bytes_sent_ += static_cast<std::uint64_t>(count);
    NoteProgress();
    if (unsent_.empty()) {
      unsent_body_.remove_prefix(static_cast<std::size_t>(count));
    } else {
      unsent_.erase(0, static_cast<std::size_t>(count));
    }
  }
  FinishAnswer();
  Proceed();
}

void Connection::FinishAnswer() {
  held_.GiveBack();
  if (reply_.event_stream) return StartStream();
  Report(false);
  phase_ = Phase::kReading;  // No longer writing: what closes now is not cut off.
  reply_.response.reset();
  if (close_after_) return CloseAfterAnswer();
  refused_ = false;
  input_.begin += parser_->consumed();
  if (input_.empty()) input_.begin = input_.end = 0;
  parser_.reset();
  unparsed_ = !input_.empty();
  stage_ = Stage::kNone;
  server_.waiting().MoveToEnd(*this);
}

void Connection::StartStream() {
  phase_ = Phase::kStreaming;
  server_.waiting().Remove(*this);
  server_.events().timers().Cancel(*this);
  server_.AddStream(*this);
  if (const std::string& first = reply_.response->body; !first.empty()) {
    PutChunk(first, server_.output());
    SendEvent(server_.output().view(), first);
  }
  if (phase_ == Phase::kStreaming && server_.stopping()) Retire();
}

void Connection::SendEvent(std::string_view frame, std::string_view event) {
  const std::string_view bytes = request_.http_1_0 ? event : frame;
  const bool was_empty = unsent_.empty();
  if (!held_.Take(bytes.size())) return Close();
  unsent_ += bytes;
  if (was_empty) {
    progress_at_ = server_.events().now();
    server_.events().timers().Schedule(*this, progress_at_ + server_.state().options.write_deadline);
    FlushStream();
  }
  if (unsent_.size() > kMaxStreamBacklog) Close();
}

void Connection::FlushStream() {
  if (unsent_.empty()) return;
  const ssize_t count = SendParts(socket_.get(), unsent_, {});
  if (count == kFull) return;
  if (count == kBroken) return Close();
  bytes_sent_ += static_cast<std::uint64_t>(count);
  progress_at_ = server_.events().now();
  unsent_.erase(0, static_cast<std::size_t>(count));
  held_.Give(static_cast<std::size_t>(count));
  if (!unsent_.empty()) return;
  unsent_.shrink_to_fit();
  server_.events().timers().Cancel(*this);
}

}  // namespace demo::http
