#pragma once

#include <string>
#include <string_view>

namespace demo::http {

/// The secret that destructive requests need, where one is set.
class AdminToken {
 public:
  /// Empty: none is asked for.
  explicit AdminToken(std::string token) : token_(std::move(token)) {}

  /// Whether `authorization`, the header's value, carries the token as a Bearer. The time it takes depends on the
  /// length of what was sent, and on nothing in the token but its length.
  bool Admits(std::string_view authorization) const;

 private:
  std::string token_;
};

}  // namespace demo::http
