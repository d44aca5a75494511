#pragma once

#include <cstdint>

namespace demo::http {

/// Reads what may stand between a chunk's size and the end of its line (RFC 9112, section 7.1.1): ";name",
/// ";name=token" or ";name="quoted"", as often as it comes. Blanks before ";" and around "=" are taken, as
/// section 7.1.1 tells recipients to; blanks at the end of the line are none of these. Pure.
class ChunkExtension {
 public:
  /// Begins behind the size again.
  void Start() { state_ = State::kBlanks; }
  /// False where `c` may not come next.
  bool Take(char c);
  /// Whether the line may end here.
  bool MayEnd() const;

 private:
  enum class State : std::uint8_t {
    kBlanks,  ///< Before a semicolon.
    kNameStart,
    kName,
    kAfterName,
    kValueStart,
    kToken,
    kQuoted,
    kEscape,
    kQuoteEnd,
  };

  bool TakeBetween(char c);

  State state_ = State::kBlanks;
};

}  // namespace demo::http
