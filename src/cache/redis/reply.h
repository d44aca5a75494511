#pragma once

#include <hiredis/read.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace demo::redis {

/// What a Redis server says, as a value.
struct Reply {
  enum class Kind : std::uint8_t { kNil, kText, kStatus, kError, kNumber, kList };
  Kind kind = Kind::kNil;
  std::string text;         ///< Of kText, kStatus and kError.
  std::int64_t number = 0;  ///< Of kNumber.
  std::vector<Reply> items;

  bool IsText() const { return kind == Kind::kText; }
  bool IsError() const { return kind == Kind::kError; }
  bool IsNumber() const { return kind == Kind::kNumber; }
  /// A list of `count` at least.
  bool IsList(std::size_t count) const { return kind == Kind::kList && items.size() >= count; }
};

/// Takes replies out of bytes as they arrive. What a server may send is bounded: 1024 items a list, `max_bytes` a
/// reply; more, or what is not the protocol, is an error that it does not come back from.
class ReplyReader {
 public:
  explicit ReplyReader(std::size_t max_bytes);

  void Feed(std::string_view bytes);
  /// Nothing while the next reply is not complete. Errors: Unavailable (not the protocol, or over a bound).
  Result<std::optional<Reply>> Next();

 private:
  struct Free {
    void operator()(redisReader* reader) const;
  };
  std::size_t max_bytes_;
  std::size_t fed_ = 0;  ///< Since the last reply was complete.
  std::unique_ptr<redisReader, Free> reader_;
};

/// Commands as one piece of bytes, to be sent together.
class Commands {
 public:
  Commands& Add(const std::vector<std::string_view>& words);
  std::size_t count() const { return count_; }
  std::string_view bytes() const { return bytes_; }

 private:
  std::string bytes_;
  std::size_t count_ = 0;
};

}  // namespace demo::redis
