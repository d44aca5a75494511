#include "http/query.h"

#include <algorithm>
#include <boost/url/parse_query.hpp>
#include <vector>

namespace demo::http {
namespace {

namespace urls = boost::urls;

struct Parameter {
  std::string name;
  std::string value;
};

std::optional<std::vector<Parameter>> Parse(std::string_view query) {
  const auto parsed = urls::parse_query(query);
  if (parsed.has_error()) return std::nullopt;
  urls::encoding_opts form;
  form.space_as_plus = true;
  std::vector<Parameter> parameters;
  for (const auto& parameter : *parsed) {
    parameters.push_back({parameter.key.decode(form), parameter.value.decode(form)});
  }
  return parameters;
}

}  // namespace

Result<void> CheckQuery(std::string_view query, std::span<const std::string_view> known) {
  if (query.empty()) return {};
  const auto parameters = Parse(query);
  if (!parameters) return Fail(ErrorCode::kInvalid, "The query is not well encoded.");

  std::vector<FieldError> wrong;
  std::vector<std::string> seen;
  for (const auto& [name, value] : *parameters) {
    if (std::ranges::find(known, name) == known.end()) {
      wrong.push_back({name.substr(0, 100), "is not known here"});
    } else if (std::ranges::find(seen, name) != seen.end()) {
      wrong.push_back({name, "stands twice"});
    }
    seen.push_back(name);
  }
  if (wrong.empty()) return {};
  return Fail(
      Error{ErrorCode::kInvalid, "The parameter " + wrong.front().field + " " + wrong.front().reason + ".", wrong});
}

std::optional<std::string> QueryParameter(std::string_view query, std::string_view name) {
  if (query.empty()) return std::nullopt;
  const auto parameters = Parse(query);
  if (!parameters) return std::nullopt;
  const auto found = std::ranges::find(*parameters, name, &Parameter::name);
  if (found == parameters->end()) return std::nullopt;
  return found->value;
}

}  // namespace demo::http
