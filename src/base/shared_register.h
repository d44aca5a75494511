#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"

namespace demo {

/// One short text that all processes on the same store share, with the number of its last change.
///
/// A read sees every change that was acknowledged before it began, in whichever process: it is as durable and as
/// ordered as the store's own writes. Thread-safe. Each call blocks for the store's deadline at most.
/// Errors: Unavailable, Timeout (a change may have been made all the same), Internal.
class SharedRegister {
 public:
  struct Value {
    std::int64_t version = 0;  ///< 0 before the first change; each change adds 1.
    std::string text;
    bool operator==(const Value&) const = default;
  };

  virtual ~SharedRegister() = default;
  virtual Result<Value> Read() = 0;
  /// Whatever stood there; returns what stands there now.
  virtual Result<Value> Write(const std::string& text) = 0;
  /// Only where `version` still stands there, else nothing; returns what stands there now.
  virtual Result<Value> WriteIf(std::int64_t version, const std::string& text) = 0;
};

}  // namespace demo
