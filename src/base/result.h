#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <utility>
#include <vector>

namespace demo {

/// Why an operation did not do what was asked. The set is closed: every backend maps its own errors to these.
enum class ErrorCode {
  kNotFound,     ///< What was named does not exist.
  kConflict,     ///< It exists already, or another change came first.
  kInvalid,      ///< The input breaks a rule; `Error::fields` names each one.
  kUnavailable,  ///< Cannot be done now, or the outcome of a write is unknown: retry with the same idempotency key.
  kTimeout,      ///< The deadline passed; for a write, the outcome is unknown.
  kInternal,     ///< A fault of this program.
};

/// One member of the input and the rule it breaks, as a sentence without the member's name: "must be above 0".
struct FieldError {
  std::string field;
  std::string reason;
  bool operator==(const FieldError&) const = default;
};

/// An error names no more than this: a request that breaks thousands of rules gets no answer of that size.
inline constexpr std::size_t kMostFields = 20;

struct Error {
  ErrorCode code = ErrorCode::kInternal;
  std::string message;             ///< One sentence for a person; holds no secret.
  std::vector<FieldError> fields;  ///< At most kMostFields.
  std::size_t more_fields = 0;     ///< How many others break a rule, too.
  bool operator==(const Error&) const = default;
};

template <typename T>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> Fail(Error error) { return std::unexpected(std::move(error)); }
inline std::unexpected<Error> Fail(ErrorCode code, std::string message) {
  return std::unexpected(Error{code, std::move(message), {}});
}
/// Invalid: names each of `fields`, one at least, in its message too: "name must not be empty; amount is missing."
/// Where they are more than kMostFields, it says how many it leaves out, and `more` that the caller did not keep.
std::unexpected<Error> FailFields(std::vector<FieldError> fields, std::size_t more = 0);

}  // namespace demo
