#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>

#include "http/chunk_extension.h"
#include "http/guard.h"

namespace demo::http {

/// Takes the framing out of a chunked body, in place, strictly: every line ends in CR LF, sizes are at most 16
/// hexadecimal digits with nothing around them but extensions; these and trailers are bounded, must be sound, and are
/// dropped. Where the bytes are cut never changes the result. Pure.
class ChunkDecoder {
 public:
  explicit ChunkDecoder(std::size_t max_body) : max_body_(max_body) {}

  struct Progress {
    std::size_t read;     ///< How many of the given bytes were taken; all of them unless `done`.
    std::size_t written;  ///< How many bytes of body now stand at `to`.
    bool done;
  };

  /// Takes the bytes from `from` on, which come next, and moves the body bytes among them to `to` (at or before
  /// `from`).
  std::expected<Progress, Refusal> Decode(char* to, const char* from, std::size_t size);

  std::size_t body_size() const { return body_size_; }

 private:
  enum class State : std::uint8_t {
    kSizeStart,
    kSize,
    kExtension,
    kSizeLineFeed,
    kData,
    kDataCarriageReturn,
    kDataLineFeed,
    kTrailerStart,
    kTrailerName,
    kTrailerValue,
    kTrailerLineFeed,
    kLastLineFeed,
    kDone,
  };
  using Verdict = std::expected<void, Refusal>;

  Verdict TakeFramingByte(char c);
  Verdict TakeSizeDigit(char c);
  Verdict EndSizeLine();
  Verdict TakeTrailerByte(char c);

  std::size_t max_body_;
  std::size_t body_size_ = 0;
  std::uint64_t chunk_left_ = 0;
  std::size_t size_digits_ = 0;
  ChunkExtension extension_;
  std::size_t extension_bytes_ = 0;
  std::size_t trailer_bytes_ = 0;
  State state_ = State::kSizeStart;
};

}  // namespace demo::http
