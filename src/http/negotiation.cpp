#include "http/negotiation.h"

#include <algorithm>
#include <compare>

#include "http/text.h"

namespace demo::http {
namespace {

/// Where the part of `text` before `separator` ends.
std::size_t EndOfPart(std::string_view text, char separator) {
  bool quoted = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == separator && !quoted) return at;
    if (text[at] == '"') quoted = !quoted;
    if (text[at] == '\\' && quoted) ++at;
  }
  return text.size();
}

/// How well a client likes one media type, and how exactly it named that: */* 1, text/* 2, text/html 3.
struct Liking {
  int weight = 0;
  int exactness = 0;
  auto operator<=>(const Liking&) const = default;
};

int ExactnessOf(std::string_view range, std::string_view type) {
  if (EqualsIgnoringCase(range, type)) return 3;
  const std::string_view major = type.substr(0, type.find('/') + 1);
  if (range.size() == major.size() + 1 && range.ends_with('*') &&
      EqualsIgnoringCase(range.substr(0, major.size()), major)) {
    return 2;
  }
  return range == "*/*" ? 1 : 0;
}

// RFC 9110, section 12.5.1: the most exact range that fits decides.
Liking LikingOf(std::string_view accept, std::string_view type) {
  Liking found;
  while (const auto range = TakePreference(accept)) {
    const int exactness = ExactnessOf(range->value, type);
    if (exactness == 0 || exactness < found.exactness) continue;
    found = {exactness > found.exactness ? range->weight : std::max(found.weight, range->weight), exactness};
  }
  return found;
}

}  // namespace

std::string_view TakePart(std::string_view& text, char separator) {
  const std::size_t end = EndOfPart(text, separator);
  const std::string_view part = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return TrimBlanks(part);
}

std::optional<int> ParseWeight(std::string_view text) {
  if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return std::nullopt;
  if (text.size() > 1 && text[1] != '.') return std::nullopt;
  int weight = (text[0] - '0') * 1000;
  int unit = 100;
  for (const char c : text.substr(std::min<std::size_t>(2, text.size()))) {
    if (!IsDigit(c)) return std::nullopt;
    weight += (c - '0') * unit;
    unit /= 10;
  }
  if (weight > 1000) return std::nullopt;
  return weight;
}

std::optional<Preference> TakePreference(std::string_view& list) {
  while (!list.empty()) {
    std::string_view member = TakePart(list, ',');
    Preference found{TakePart(member, ';')};
    bool sound = !found.value.empty();
    while (sound && !member.empty()) {
      const std::string_view parameter = TakePart(member, ';');
      if (!EqualsIgnoringCase(parameter.substr(0, 2), "q=")) continue;
      const auto weight = ParseWeight(parameter.substr(2));
      sound = weight.has_value();
      found.weight = weight.value_or(0);
    }
    if (sound) return found;
  }
  return std::nullopt;
}

bool PrefersHtml(std::string_view accept) {
  if (accept.empty()) return false;
  const Liking html = LikingOf(accept, "text/html");
  if (html.weight == 0) return false;
  return html > std::max(LikingOf(accept, "application/problem+json"), LikingOf(accept, "application/json"));
}

bool AcceptsGzip(std::string_view accepted) {
  int gzip = -1;
  int others = -1;
  int identity = -1;
  while (const auto coding = TakePreference(accepted)) {
    if (EqualsIgnoringCase(coding->value, "gzip") || EqualsIgnoringCase(coding->value, "x-gzip")) gzip = coding->weight;
    if (EqualsIgnoringCase(coding->value, "identity")) identity = coding->weight;
    if (coding->value == "*") others = coding->weight;
  }
  if (gzip < 0) gzip = others;
  return gzip > 0 && gzip >= identity;
}

bool IsIdentity(std::string_view codings) {
  while (!codings.empty()) {
    const std::string_view coding = TakeListMember(codings);
    if (!coding.empty() && !EqualsIgnoringCase(coding, "identity")) return false;
  }
  return true;
}

bool IsInUtf8(std::string_view content_type, std::string_view type) {
  if (!EqualsIgnoringCase(TakePart(content_type, ';'), type)) return false;
  while (!content_type.empty()) {
    std::string_view charset = TakePart(content_type, ';');
    if (!EqualsIgnoringCase(TakePart(charset, '='), "charset")) continue;
    if (!EqualsIgnoringCase(charset, "utf-8") && !EqualsIgnoringCase(charset, "\"utf-8\"")) return false;
  }
  return true;
}

}  // namespace demo::http
