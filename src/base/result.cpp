#include "base/result.h"

namespace demo {

std::unexpected<Error> FailFields(std::vector<FieldError> fields, std::size_t more) {
  if (fields.size() > kMostFields) {
    more += fields.size() - kMostFields;
    fields.resize(kMostFields);
  }
  std::string message;
  for (const auto& [field, reason] : fields) message += (message.empty() ? "" : "; ") + field + " " + reason;
  if (more > 0) message += "; and " + std::to_string(more) + " more";
  return Fail(Error{ErrorCode::kInvalid, message + ".", std::move(fields), more});
}

}  // namespace demo
