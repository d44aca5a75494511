#include "http/query.h"

#include <algorithm>
#include <boost/url/pct_string_view.hpp>
#include <vector>

namespace demo::http {
namespace {

namespace urls = boost::urls;

struct Parameter {
  std::string name;
  std::string value;
};

std::optional<std::string> Decode(std::string_view text) {
  const auto encoded = urls::make_pct_string_view(text);
  if (encoded.has_error()) return std::nullopt;
  urls::encoding_opts form;
  form.space_as_plus = true;
  return encoded->decode(form);
}

// Cut here and decoded by Boost.URL: the view that 1.81's parse_query returns ends not where its argument ends but at
// the next NUL, beyond the query.
std::optional<std::vector<Parameter>> Parse(std::string_view query) {
  std::vector<Parameter> parameters;
  while (true) {
    const std::string_view part = query.substr(0, query.find('&'));
    const std::size_t equals = std::min(part.find('='), part.size());
    auto name = Decode(part.substr(0, equals));
    auto value = Decode(part.substr(std::min(equals + 1, part.size())));
    if (!name || !value) return std::nullopt;
    parameters.push_back({std::move(*name), std::move(*value)});
    if (part.size() == query.size()) return parameters;
    query.remove_prefix(part.size() + 1);
  }
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
