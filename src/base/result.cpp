#include "base/result.h"

namespace demo {

std::unexpected<Error> FailFields(std::vector<FieldError> fields) {
  std::string message;
  for (const auto& [field, reason] : fields) message += (message.empty() ? "" : "; ") + field + " " + reason;
  return Fail(Error{ErrorCode::kInvalid, message + ".", std::move(fields)});
}

}  // namespace demo
