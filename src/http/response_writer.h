#pragma once

#include <array>
#include <cstdint>
#include <ctime>
#include <string_view>
#include <vector>

#include "http/request.h"
#include "http/response.h"

namespace demo::http {

/// How the end of an answer's body is marked.
enum class BodyFraming : std::uint8_t { kLength, kChunked, kUntilClose };

/// What an answer's head says that neither request nor reply knows.
struct SendingFacts {
  std::string_view date;         ///< As HttpDate makes it.
  std::string_view instance;     ///< Of this process.
  std::int64_t nanoseconds = 0;  ///< Since the request's last byte was read.
  bool close = false;            ///< The connection closes after this answer.
  bool keep_alive_1_0 = false;   ///< The client speaks HTTP/1.0 and asked to keep the connection.
  BodyFraming framing = BodyFraming::kLength;
};

struct Answer {
  int status;             ///< 304 where the client has the same already.
  std::string_view body;  ///< What follows the head: of the stored response, plain or gzip, or nothing.
};

/// Bytes on their way out, in memory that is used again and never shrinks.
class OutputBuffer {
 public:
  std::string_view view() const { return {memory_.data(), size_}; }
  std::size_t size() const { return size_; }

  /// Forgets what it held, and gives room for `capacity` bytes; Commit says how many of them were filled.
  char* Start(std::size_t capacity) {
    size_ = 0;
    if (memory_.size() < capacity) memory_.resize(capacity);
    return memory_.data();
  }
  void Commit(std::size_t size) { size_ = size; }
  void Append(std::string_view bytes) {
    if (memory_.size() < size_ + bytes.size()) memory_.resize(size_ + bytes.size());
    bytes.copy(memory_.data() + size_, bytes.size());
    size_ += bytes.size();
  }

 private:
  std::vector<char> memory_;
  std::size_t size_ = 0;
};

/// Writes the status line and every header line of `reply`, with the empty line, to `out` in place of what was there.
/// Decides what `request` makes of it: 304 for an If-None-Match that matches, gzip where it is accepted and stored, no
/// body for HEAD. Pure; allocates only while `out` grows.
Answer WriteHead(const Request& request, const Reply& reply, const SendingFacts& facts, OutputBuffer& out);

/// Writes `data` (not empty) as one chunk of a chunked body to `out`, in place of what was there.
void PutChunk(std::string_view data, OutputBuffer& out);

/// "Sun, 06 Nov 1994 08:49:37 GMT": RFC 9110, section 5.6.7.
using HttpDateText = std::array<char, 29>;
HttpDateText HttpDate(std::time_t time);

}  // namespace demo::http
