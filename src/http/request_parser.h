#pragma once

#include <cstddef>
#include <expected>
#include <optional>
#include <span>

#include "http/chunk_decoder.h"
#include "http/guard.h"
#include "http/request.h"

namespace demo::http {

/// Reads one request out of a connection's buffer while it arrives. The same bytes give the same result wherever they
/// are cut. After a refusal nothing more may be parsed. Pure; not thread-safe.
class RequestParser {
 public:
  enum class State : std::uint8_t { kHead, kBody, kComplete };

  RequestParser(const HeadLimits& limits, std::size_t max_body)
      : guard_(limits), chunks_(max_body), max_body_(max_body) {}

  /// Looks at the `size` bytes from `data` on, the first of which is the request's first. Between calls the bytes may
  /// move together, and grow at the end; nothing else may change them. A chunked body is put together in place, which
  /// takes bytes away: `size` is then less after the call than before.
  ///
  /// The state is kHead until the header block is complete, kBody until the body is. Once it is kComplete, `request`'s
  /// views point into the bytes, and `consumed` tells where the next request begins.
  std::expected<State, Refusal> Feed(char* data, std::size_t& size, Request& request);

  /// Reads the head of the `bytes` so far, also when what follows it was refused; where it is not whole and sound, what
  /// GuessHead finds in it. As after kComplete, the views point into the bytes.
  void ReadHeadOnly(std::span<char> bytes, Request& request) const;

  State state() const { return state_; }
  /// From kBody on.
  const Framing& framing() const { return guard_.framing(); }
  std::size_t consumed() const { return consumed_; }
  /// How many bytes the request has in all; 0 where that is not known yet.
  std::size_t whole_size() const {
    const bool known = state_ != State::kHead && framing().has_length;
    return known ? guard_.size() + static_cast<std::size_t>(framing().content_length) : 0;
  }
  std::size_t body_received() const { return body_received_; }

 private:
  using Outcome = std::expected<State, Refusal>;

  Outcome FeedHead(char* data, std::size_t size);
  Outcome FeedLength(std::size_t size);
  Outcome FeedChunks(char* data, std::size_t& size);
  std::optional<Refusal> ReadHead(char* data, Request& request) const;

  HeadGuard guard_;
  ChunkDecoder chunks_;
  std::size_t max_body_;
  std::size_t body_received_ = 0;
  std::size_t consumed_ = 0;
  State state_ = State::kHead;
};

}  // namespace demo::http
