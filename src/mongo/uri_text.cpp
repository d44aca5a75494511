#include "mongo/uri_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "mongo/driver.h"

namespace demo::mongo {
namespace {

constexpr std::string_view kWants = "mongodb://HOST,HOST/DATABASE?OPTION=VALUE or mongodb+srv://NAME";
constexpr std::string_view kWantsEncoded =
    "every special character of a user, a password and an option percent-encoded ('@' is %40, '/' is %2F)";
constexpr std::string_view kWantsHosts = "mongodb://HOST:PORT,HOST:PORT/ with ports from 1 to 65535";

/// What the driver's words mean. They themselves are not shown: they quote what it took for a host, a port or a
/// password.
struct Reason {
  std::string_view words;
  std::string_view got;
  std::string_view wants;
};

constexpr Reason kReasons[] = {
    {"Invalid URI Schema", "a value that begins with neither mongodb:// nor mongodb+srv://", kWants},
    {"Invalid UTF-8", "a value that is not UTF-8", kWants},
    {"unescaped chars", "a user or password with a special character", kWantsEncoded},
    {"URI escapes", "a '%' that encodes no character", kWantsEncoded},
    {"Invalid host", "a host or port that cannot be read", kWantsHosts},
    {"Invalid database", "a database name with a space or one of / \\ . \" $", "a name without them"},
    {"\"$external\" authSource", "an authSource beside an authMechanism that has users of no database",
     "authSource=$external, which is set when it is left out"},
};

/// A password whose '@', '/', '?' was not percent-encoded ends up among the hosts and options, which messages name.
bool HasStrayAt(std::string_view text) {
  const auto authority = text.find("://");
  if (authority == std::string_view::npos) return false;
  const auto end = text.find_first_of("/?", authority + 3);
  const auto last_at = text.rfind('@');
  if (last_at == std::string_view::npos) return false;
  return last_at > end || text.find('@') != last_at;
}

/// mongodb+srv:// with a name that has no place for a service: the driver wants three parts.
bool IsShortServiceName(std::string_view text) {
  constexpr std::string_view kScheme = "mongodb+srv://";
  if (!text.starts_with(kScheme)) return false;
  std::string_view name = text.substr(kScheme.size());
  name = name.substr(0, name.find_first_of("/?"));
  if (const auto at = name.rfind('@'); at != std::string_view::npos) name = name.substr(at + 1);
  return !name.empty() && name.find_first_of(",:") == std::string_view::npos && std::ranges::count(name, '.') < 2;
}

/// Whether an option w says anything but majority, also where another one wins over it.
bool HasWeakW(std::string_view text) {
  std::string options(text.substr(std::min(text.find('?'), text.size())));
  std::ranges::replace(options, '?', '&');
  std::ranges::replace(options, ';', '&');
  std::ranges::transform(options, options.begin(), [](unsigned char c) { return std::tolower(c); });
  constexpr std::string_view kW = "&w=";
  for (auto at = options.find(kW); at != std::string::npos; at = options.find(kW, at + 1)) {
    const auto value = options.substr(at + kW.size());
    if (value.substr(0, value.find('&')) != "majority") return true;
  }
  return false;
}

/// The specification lets the slash before the options be left out; the driver wants it.
std::string WithSlash(std::string text) {
  const auto scheme = text.find("://");
  if (scheme == std::string::npos) return text;
  const auto end = text.find_first_of("/?", scheme + 3);
  if (end != std::string::npos && text[end] == '?') text.insert(end, 1, '/');
  return text;
}

/// The name in `Unsupported URI option "name"`, if it can only be one.
std::string OptionIn(std::string_view warning) {
  const auto begin = warning.find('"');
  const auto end = warning.find('"', begin + 1);
  if (begin == std::string_view::npos || end == std::string_view::npos) return "an option";
  const auto name = warning.substr(begin + 1, end - begin - 1);
  const bool plain = std::ranges::all_of(name, [](unsigned char c) { return std::isalnum(c) != 0; });
  return plain && name.size() <= 40 ? fmt::format("option {}", name) : "an option";
}

std::unexpected<Error> RefuseOption(std::string_view warning) {
  return RefuseUri(OptionIn(warning) + " with a value that is not shown",
                   "options that are known, once each, with a value of theirs");
}

std::unexpected<Error> RefuseFor(std::string_view words) {
  const auto found = std::ranges::find_if(kReasons, [&](const Reason& reason) { return words.contains(reason.words); });
  if (found != std::end(kReasons)) return RefuseUri(found->got, found->wants);
  if (words.contains("URI option") || words.contains("Unsupported value")) return RefuseOption(words);
  return RefuseUri("a value that is not shown and cannot be read", kWants);
}

}  // namespace

std::unexpected<Error> RefuseUri(std::string_view got, std::string_view wants) {
  return Fail(ErrorCode::kInvalid, fmt::format("MONGODB_URI: got {}, wants {}", got, wants));
}

Result<UriHandle> ParseUri(const std::string& text) {
  if (text.find('\0') != std::string::npos) return RefuseUri("a value with a zero byte", kWants);
  if (HasStrayAt(text)) return RefuseUri("a '@' that is not the one before the hosts", kWantsEncoded);
  if (IsShortServiceName(text)) {
    return RefuseUri("mongodb+srv:// with a name of less than three parts", "a name as mongodb.example.org");
  }
  if (HasWeakW(text)) return RefuseUri("a value of w", kWantsMajority);
  StartDriver();
  const CapturedWarnings warnings;
  bson_error_t error;
  UriHandle uri(mongoc_uri_new_with_error(WithSlash(text).c_str(), &error));
  if (!uri) return RefuseFor(error.message);
  if (!warnings.texts().empty()) return RefuseOption(warnings.texts().front());
  return uri;
}

}  // namespace demo::mongo
