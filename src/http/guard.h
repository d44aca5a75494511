#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string_view>

namespace demo::http {

/// Why bytes are no acceptable request. `detail` is one sentence with static lifetime.
struct Refusal {
  int status;
  std::string_view detail;
  bool operator==(const Refusal&) const = default;
};

struct HeadLimits {
  std::size_t max_request_line = 8 * 1024;   ///< Beyond it: 414.
  std::size_t max_header_bytes = 16 * 1024;  ///< Of all field lines together; beyond it: 431.
  int max_headers = 100;                     ///< Beyond it: 431.
};

/// How a message is framed and what its sender wants of the connection: all that a header block says about it.
struct Framing {
  bool http_1_0 = false;
  bool keep_alive = true;
  bool chunked = false;
  bool expects_continue = false;
  bool known_method = true;  ///< Otherwise the message is sound, and is to be answered 501.
  bool has_length = false;
  std::uint64_t content_length = 0;
  std::size_t minor_version_at = 0;  ///< Offset of the y in HTTP/1.y.
};

/// Stands before the parser and refuses every header block whose framing two readers could understand differently
/// (RFC 9112, sections 2 to 6 and 11), because Boost.Beast 1.81 lets some of them pass.
///
/// Reads line by line while the block arrives; where the bytes are cut never changes the result, and what is wrong is
/// refused as soon as its line is complete. Pure: bytes in, verdict out.
class HeadGuard {
 public:
  explicit HeadGuard(const HeadLimits& limits) : limits_(limits) {}

  /// `buffer` begins where it began at the last call, and may be longer. True once the block is complete and sound.
  std::expected<bool, Refusal> Feed(std::string_view buffer);

  /// Once complete: the bytes of the block with the empty line at its end, and with the one empty line that may stand
  /// before the request line.
  std::size_t size() const { return line_begin_; }
  std::size_t request_line_begin() const { return request_line_begin_; }
  const Framing& framing() const { return framing_; }

 private:
  using Verdict = std::expected<void, Refusal>;

  Verdict SkipEmptyLine(std::string_view buffer);
  Verdict CheckSize(std::size_t line_size) const;
  Verdict TakeLine(std::string_view line);
  Verdict TakeRequestLine(std::string_view line);
  Verdict TakeVersion(std::string_view version);
  Verdict TakeField(std::string_view line);
  Verdict TakeHost(std::string_view value);
  Verdict TakeContentLength(std::string_view value);
  Verdict TakeTransferEncoding(std::string_view value);
  Verdict TakeExpect(std::string_view value);
  void TakeConnection(std::string_view value);
  Verdict Conclude();

  HeadLimits limits_;
  Framing framing_;
  std::size_t request_line_begin_ = 0;
  std::size_t fields_begin_ = 0;
  std::size_t line_begin_ = 0;
  std::size_t searched_ = 0;  ///< No line ends between line_begin_ and here.
  int fields_ = 0;
  bool started_ = false;
  bool complete_ = false;
  bool has_host_ = false;
  bool names_host_ = false;  ///< By its Host field or its target.
  bool has_transfer_encoding_ = false;
  bool asks_close_ = false;
  bool asks_keep_alive_ = false;
};

/// The authority ("host:port", "[::1]") that a Host field or an absolute target may carry; empty is sound.
bool IsAuthority(std::string_view text);

}  // namespace demo::http
