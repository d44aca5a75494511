#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/money.h"
#include "http/request.h"

namespace demo::http {

/// Why a body could not be read at all.
struct BodyError {
  int status;  ///< 400 (no JSON object that RFC 8259 and this service accept) or 415 (another media type).
  std::string detail;
};

/// The members of one JSON object, as text that loses nothing: numbers keep their digits.
class JsonObject {
 public:
  enum class Kind { kNull, kBool, kNumber, kString, kArray, kObject };
  struct Member {
    std::string name;  ///< Cut where it is longer than any that is known.
    Kind kind;
    std::string text;       ///< Of a string its value, of a number its digits; else empty.
    bool too_long = false;  ///< The text is beyond 4 KiB, and not kept.
  };

  explicit JsonObject(std::vector<Member> members) : members_(std::move(members)) {}

  /// Takes a member out; what is wrong with it is kept for Finish. Empty or zero where it is missing or wrong.
  std::string TakeString(std::string_view name);
  Money TakeMoney(std::string_view name);

  /// Errors: Invalid, naming every member that was missing, of the wrong type, out of range or unknown, together with
  /// the fields of `rules` that are not named already.
  Result<void> Finish(const Result<void>& rules = {}) const;

 private:
  const Member* Take(std::string_view name);
  void Wrong(std::string_view field, std::string reason);

  std::vector<Member> members_;
  std::vector<std::string> taken_;
  std::vector<FieldError> wrong_;
};

/// Reads `request`'s body, which must be there, say that it is application/json, be valid UTF-8, at most 64 levels
/// deep, with at most 100 members in an object, and name no member twice, at any level.
std::expected<JsonObject, BodyError> ReadJsonObject(const Request& request);

/// As ReadJsonObject, of a body alone; what the fuzzer feeds.
std::expected<JsonObject, BodyError> ParseJsonObject(std::string_view body);

}  // namespace demo::http
