#include "http/chunk_extension.h"

#include <string_view>

#include "http/text.h"

namespace demo::http {
namespace {

bool IsBlank(char c) { return c == ' ' || c == '\t'; }

}  // namespace

bool ChunkExtension::Take(char c) {
  switch (state_) {
    case State::kNameStart:
      if (IsTokenChar(c)) state_ = State::kName;
      return IsTokenChar(c) || IsBlank(c);
    case State::kValueStart:
      if (c == '"') state_ = State::kQuoted;
      if (IsTokenChar(c)) state_ = State::kToken;
      return c == '"' || IsTokenChar(c) || IsBlank(c);
    case State::kQuoted:
      if (c == '"') state_ = State::kQuoteEnd;
      if (c == '\\') state_ = State::kEscape;
      return IsFieldValue({&c, 1});
    case State::kEscape:
      state_ = State::kQuoted;
      return IsFieldValue({&c, 1});
    case State::kName:
    case State::kToken:
      return IsTokenChar(c) || TakeBetween(c);
    default:
      return TakeBetween(c);
  }
}

/// What may follow a size, a name or a value.
bool ChunkExtension::TakeBetween(char c) {
  const bool named = state_ == State::kName || state_ == State::kAfterName;
  if (c == ';') {
    state_ = State::kNameStart;
  } else if (c == '=' && named) {
    state_ = State::kValueStart;
  } else if (IsBlank(c)) {
    state_ = named ? State::kAfterName : State::kBlanks;
  } else {
    return false;
  }
  return true;
}

bool ChunkExtension::MayEnd() const {
  return state_ == State::kName || state_ == State::kToken || state_ == State::kQuoteEnd;
}

}  // namespace demo::http
