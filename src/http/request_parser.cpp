#include "http/request_parser.h"

#include <algorithm>

#include "http/head_reader.h"

namespace demo::http {

std::expected<RequestParser::State, Refusal> RequestParser::Feed(char* data, std::size_t& size, Request& request) {
  if (state_ == State::kHead) {
    if (const Outcome outcome = FeedHead(data, size); !outcome || state_ == State::kHead) return outcome;
  }
  const Outcome outcome = guard_.framing().chunked ? FeedChunks(data, size) : FeedLength(size);
  if (!outcome || *outcome != State::kComplete) return outcome;
  if (const auto refusal = ReadHead(data, request)) return std::unexpected(*refusal);
  request.body = {data + guard_.size(), body_received_};
  return State::kComplete;
}

RequestParser::Outcome RequestParser::FeedHead(char* data, std::size_t size) {
  const std::expected<bool, Refusal> complete = guard_.Feed({data, size});
  if (!complete) return std::unexpected(complete.error());
  if (!*complete) return State::kHead;
  state_ = State::kBody;
  if (framing().content_length > max_body_) return std::unexpected(Refusal{413, "The body is too large."});
  return state_;
}

RequestParser::Outcome RequestParser::FeedLength(std::size_t size) {
  const auto length = static_cast<std::size_t>(framing().content_length);
  body_received_ = std::min(length, size - guard_.size());
  if (body_received_ < length) return State::kBody;
  consumed_ = guard_.size() + length;
  return state_ = State::kComplete;
}

RequestParser::Outcome RequestParser::FeedChunks(char* data, std::size_t& size) {
  const std::size_t from = guard_.size() + body_received_;
  const auto progress = chunks_.Decode(data + from, data + from, size - from);
  if (!progress) return std::unexpected(progress.error());
  body_received_ += progress->written;
  if (progress->done) {
    consumed_ = from + progress->read;
    return state_ = State::kComplete;
  }
  size = from + progress->written;
  return State::kBody;
}

void RequestParser::ReadHeadOnly(std::span<char> bytes, Request& request) const {
  if (state_ == State::kHead || ReadHead(bytes.data(), request)) GuessHead({bytes.data(), bytes.size()}, request);
}

std::optional<Refusal> RequestParser::ReadHead(char* data, Request& request) const {
  // Beast knows HTTP/1.0 and 1.1 alone; a later minor version is served as 1.1 (RFC 9110, section 2.5).
  if (!framing().http_1_0) data[framing().minor_version_at] = '1';
  const std::size_t begin = guard_.request_line_begin();
  return http::ReadHead({data + begin, guard_.size() - begin}, request);
}

}  // namespace demo::http
