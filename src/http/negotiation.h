#pragma once

#include <optional>
#include <string_view>

/// What clients say they prefer and what they say they send, by the grammar of RFC 9110 (sections 5.6, 8.3 and 12).
/// Pure; nothing is allocated.
namespace demo::http {

/// Takes what stands before the next `separator` that is in no quotes off `text`, trimmed; all of it where there is
/// none.
std::string_view TakePart(std::string_view& text, char separator);

/// A weight in thousandths: "1", "0.5", "0.125". Nothing for what is no such number of at most three digits.
std::optional<int> ParseWeight(std::string_view text);

/// A member of Accept, Accept-Encoding or Accept-Language.
struct Preference {
  std::string_view value;  ///< Without parameters.
  int weight = 1000;       ///< In thousandths; 0: never.
};

/// Takes the next member off `list`, and with it what stands before and is none: an empty member, or one whose weight
/// cannot be read. Nothing at the end.
std::optional<Preference> TakePreference(std::string_view& list);

/// Whether a client with this Accept would rather have HTML than JSON. Of the same weight, what it names wins over what
/// a wildcard lets in; JSON where that is even, too.
bool PrefersHtml(std::string_view accept);

/// Whether Accept-Encoding `accepted` lets gzip in, and does not put the plain form above it. Absent: no.
bool AcceptsGzip(std::string_view accepted);

/// Whether Content-Encoding `codings` says that the content is what it seems.
bool IsIdentity(std::string_view codings);

/// Whether Content-Type `content_type` names `type` (in lower case), and no charset but UTF-8.
bool IsInUtf8(std::string_view content_type, std::string_view type);

}  // namespace demo::http
