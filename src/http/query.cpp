#include "http/query.h"

#include <algorithm>
#include <boost/url/pct_string_view.hpp>
#include <vector>

#include "http/text.h"

namespace demo::http {
namespace {

namespace urls = boost::urls;

std::optional<std::string> Decode(std::string_view text) {
  const auto encoded = urls::make_pct_string_view(text);
  if (encoded.has_error()) return std::nullopt;
  urls::encoding_opts form;
  form.space_as_plus = true;
  return encoded->decode(form);
}

/// A parameter as it stands in the query.
struct Parameter {
  std::string_view name;
  std::string_view value;
};

// Cut here and decoded by Boost.URL: the view that 1.81's parse_query returns ends not where its argument ends but at
// the next NUL, beyond the query.
Parameter TakeParameter(std::string_view& query) {
  const std::string_view part = query.substr(0, query.find('&'));
  query.remove_prefix(std::min(part.size() + 1, query.size()));
  const std::size_t equals = std::min(part.find('='), part.size());
  return {part.substr(0, equals), part.substr(std::min(equals + 1, part.size()))};
}

bool IsWellEncoded(std::string_view text) { return !urls::make_pct_string_view(text).has_error(); }

/// Whether `encoded` is `name`, without decoding what is too long for it.
bool Is(std::string_view encoded, std::string_view name) {
  constexpr std::size_t kBytesOfOne = 3;  // "%41"
  return encoded.size() <= kBytesOfOne * name.size() && Decode(encoded) == name;
}

std::string Shown(std::string_view encoded) {
  constexpr std::size_t kLongest = 100;
  return Decode(encoded.substr(0, kLongest)).value_or(std::string(encoded.substr(0, kLongest)));
}

}  // namespace

Result<void> CheckQuery(std::string_view query, std::span<const std::string_view> known) {
  std::vector<FieldError> wrong;
  std::size_t more = 0;
  const auto refuse = [&](std::string name, const char* reason) {
    if (wrong.size() < kMostFields) {
      wrong.push_back({std::move(name), reason});
    } else {
      ++more;
    }
  };
  std::vector<bool> seen(known.size());
  while (!query.empty()) {
    const Parameter parameter = TakeParameter(query);
    if (!IsWellEncoded(parameter.name) || !IsWellEncoded(parameter.value)) {
      return Fail(ErrorCode::kInvalid, "The query is not well encoded.");
    }
    const auto found = std::ranges::find_if(known, [&](std::string_view name) { return Is(parameter.name, name); });
    if (found == known.end()) {
      refuse(Shown(parameter.name), "is not known here");
    } else if (const auto index = static_cast<std::size_t>(found - known.begin()); seen[index]) {
      refuse(std::string(*found), "stands twice");
    } else {
      seen[index] = true;
    }
  }
  if (wrong.empty()) return {};
  return FailFields(std::move(wrong), more);
}

std::optional<std::string> QueryParameter(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const Parameter parameter = TakeParameter(query);
    if (Is(parameter.name, name)) return Decode(parameter.value);
  }
  return std::nullopt;
}

bool IsForm(const Request& request) {
  const std::string_view type = request.content_type.substr(0, request.content_type.find(';'));
  return EqualsIgnoringCase(TrimBlanks(type), "application/x-www-form-urlencoded");
}

}  // namespace demo::http
