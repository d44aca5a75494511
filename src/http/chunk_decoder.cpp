#include "http/chunk_decoder.h"

#include <algorithm>
#include <cstring>
#include <string_view>

#include "http/text.h"

namespace demo::http {
namespace {

// Nobody uses extensions, and trailers are dropped here: room for what a proxy may add, no more.
constexpr std::size_t kMaxExtensionBytes = 4 * 1024;
constexpr std::size_t kMaxTrailerBytes = 8 * 1024;
constexpr std::size_t kMaxSizeDigits = 16;

std::unexpected<Refusal> Refuse(int status, std::string_view detail) {
  return std::unexpected(Refusal{status, detail});
}

int HexValue(char c) {
  if (IsDigit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool IsValueChar(char c) { return IsFieldValue(std::string_view(&c, 1)); }

}  // namespace

std::expected<ChunkDecoder::Progress, Refusal> ChunkDecoder::Decode(char* to, const char* from, std::size_t size) {
  std::size_t read = 0;
  std::size_t written = 0;
  while (read < size && state_ != State::kDone) {
    if (state_ != State::kData) {
      if (const Verdict verdict = TakeFramingByte(from[read++]); !verdict) return std::unexpected(verdict.error());
      continue;
    }
    const std::size_t count = std::min<std::size_t>(chunk_left_, size - read);
    std::memmove(to + written, from + read, count);
    written += count;
    read += count;
    body_size_ += count;
    chunk_left_ -= count;
    if (chunk_left_ == 0) state_ = State::kDataCarriageReturn;
  }
  return Progress{read, written, state_ == State::kDone};
}

ChunkDecoder::Verdict ChunkDecoder::TakeFramingByte(char c) {
  switch (state_) {
    case State::kSizeStart:
    case State::kSize:
      return TakeSizeDigit(c);
    case State::kExtension:
      if (c == '\r' && extension_.MayEnd()) {
        state_ = State::kSizeLineFeed;
        return {};
      }
      if (!extension_.Take(c)) return Refuse(400, "A chunk extension is not a name, or a name and a value.");
      if (++extension_bytes_ > kMaxExtensionBytes) return Refuse(400, "The chunk extensions are too large.");
      return {};
    case State::kSizeLineFeed:
      return c == '\n' ? EndSizeLine() : Refuse(400, "A chunk size does not end its line.");
    case State::kDataCarriageReturn:
      state_ = State::kDataLineFeed;
      return c == '\r' ? Verdict() : Refuse(400, "A chunk is longer than its size.");
    case State::kDataLineFeed:
      state_ = State::kSizeStart;
      return c == '\n' ? Verdict() : Refuse(400, "A chunk is longer than its size.");
    default:
      return TakeTrailerByte(c);
  }
}

ChunkDecoder::Verdict ChunkDecoder::TakeSizeDigit(char c) {
  if (const int value = HexValue(c); value >= 0) {
    if (state_ == State::kSizeStart) size_digits_ = chunk_left_ = 0;
    if (++size_digits_ > kMaxSizeDigits) return Refuse(400, "A chunk size is beyond any body.");
    chunk_left_ = chunk_left_ * 16 + static_cast<std::uint64_t>(value);
    state_ = State::kSize;
    return {};
  }
  if (state_ == State::kSizeStart) return Refuse(400, "A chunk does not begin with its size.");
  if (c == '\r') {
    state_ = State::kSizeLineFeed;
    return {};
  }
  state_ = State::kExtension;
  extension_.Start();
  return extension_.Take(c) ? Verdict() : Refuse(400, "A chunk size is not a hexadecimal number.");
}

ChunkDecoder::Verdict ChunkDecoder::EndSizeLine() {
  if (chunk_left_ > max_body_ - body_size_) return Refuse(413, "The body is too large.");
  state_ = chunk_left_ == 0 ? State::kTrailerStart : State::kData;
  return {};
}

ChunkDecoder::Verdict ChunkDecoder::TakeTrailerByte(char c) {
  if (++trailer_bytes_ > kMaxTrailerBytes) return Refuse(431, "The trailer is too large.");
  switch (state_) {
    case State::kTrailerStart:
      if (c == '\r') {
        state_ = State::kLastLineFeed;
        return {};
      }
      state_ = State::kTrailerName;
      return IsTokenChar(c) ? Verdict() : Refuse(400, "A trailer field has no sound name.");
    case State::kTrailerName:
      if (c == ':') {
        state_ = State::kTrailerValue;
        return {};
      }
      return IsTokenChar(c) ? Verdict() : Refuse(400, "A trailer field has no sound name.");
    case State::kTrailerValue:
      if (c == '\r') {
        state_ = State::kTrailerLineFeed;
        return {};
      }
      return IsValueChar(c) ? Verdict() : Refuse(400, "A trailer field holds a control character.");
    case State::kTrailerLineFeed:
      state_ = State::kTrailerStart;
      return c == '\n' ? Verdict() : Refuse(400, "A trailer field does not end its line.");
    default:
      state_ = State::kDone;
      return c == '\n' ? Verdict() : Refuse(400, "The body does not end with an empty line.");
  }
}

}  // namespace demo::http
