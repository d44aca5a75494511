#include "http/pages/preferences.h"

#include <algorithm>
#include <array>

#include "http/negotiation.h"
#include "http/text.h"

namespace demo::http::pages {
namespace {

/// Calls `visit` with each trimmed part of `text` between `separator`s.
template <typename Visit>
void ForEachPart(std::string_view text, char separator, Visit visit) {
  while (!text.empty()) {
    const auto end = std::min(text.find(separator), text.size());
    visit(TrimBlanks(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

std::string_view ValueOf(std::string_view list, char separator, std::string_view name) {
  std::string_view value;
  ForEachPart(list, separator, [&](std::string_view part) {
    if (part.starts_with(name) && part.substr(name.size()).starts_with('=')) value = part.substr(name.size() + 1);
  });
  return value;
}

std::optional<Language> LanguageNamed(std::string_view code) {
  if (code == "en") return Language::kEnglish;
  if (code == "fr") return Language::kFrench;
  return std::nullopt;
}

std::optional<Theme> ThemeNamed(std::string_view code) {
  if (code == "auto") return Theme::kAuto;
  if (code == "light") return Theme::kLight;
  if (code == "dark") return Theme::kDark;
  return std::nullopt;
}

/// Which language a tag such as "fr-BE" is in.
std::optional<Language> LanguageOf(std::string_view tag) {
  const std::string_view code = tag.substr(0, tag.find('-'));
  if (EqualsIgnoringCase(code, "en")) return Language::kEnglish;
  if (EqualsIgnoringCase(code, "fr")) return Language::kFrench;
  return std::nullopt;
}

Language BestLanguage(std::string_view accept_language) {
  std::array<int, 2> weights{-1, -1};  // by Language; below 0 where it is not named
  int others = 0;
  std::optional<Language> first;
  while (const auto range = TakePreference(accept_language)) {
    if (range->value == "*") others = range->weight;
    const auto language = LanguageOf(range->value);
    if (!language) continue;
    int& weight = weights[static_cast<std::size_t>(*language)];
    weight = std::max(weight, range->weight);
    if (range->weight > 0 && !first) first = language;
  }
  for (int& weight : weights) weight = weight < 0 ? others : weight;
  const auto [english, french] = weights;
  if (english == french) return first.value_or(Language::kEnglish);
  return french > english ? Language::kFrench : Language::kEnglish;
}

std::string WithoutPart(std::string_view path, std::string_view query, std::string_view name) {
  std::string location(path);
  char separator = '?';
  ForEachPart(query, '&', [&](std::string_view part) {
    if (part.starts_with(name) && part.substr(name.size()).starts_with('=')) return;
    location += separator;
    location += part;
    separator = '&';
  });
  return location;
}

std::string Cookie(std::string_view name, std::string_view value) {
  std::string cookie(name);
  cookie += '=';
  cookie += value;
  // A year; read by the server alone, so that no script can be tricked into setting what the next page looks like.
  return cookie += "; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly";
}

}  // namespace

Preferences PreferencesOf(const Request& request) {
  Preferences preferences;
  preferences.language =
      LanguageNamed(ValueOf(request.cookie, ';', "lang")).value_or(BestLanguage(request.accept_language));
  preferences.theme = ThemeNamed(ValueOf(request.cookie, ';', "theme")).value_or(Theme::kAuto);
  return preferences;
}

int AppearanceOf(const Request& request) {
  const Preferences preferences = PreferencesOf(request);
  return static_cast<int>(preferences.language) * 3 + static_cast<int>(preferences.theme);
}

std::optional<Switch> SwitchOf(const Request& request) {
  if (const auto language = LanguageNamed(ValueOf(request.query, '&', "lang"))) {
    return Switch{Cookie("lang", Code(*language)), WithoutPart(request.path, request.query, "lang")};
  }
  if (const auto theme = ThemeNamed(ValueOf(request.query, '&', "theme"))) {
    return Switch{Cookie("theme", Code(*theme)), WithoutPart(request.path, request.query, "theme")};
  }
  return std::nullopt;
}

std::string_view Code(Language language) { return language == Language::kFrench ? "fr" : "en"; }

std::string_view Code(Theme theme) {
  if (theme == Theme::kLight) return "light";
  return theme == Theme::kDark ? "dark" : "auto";
}

}  // namespace demo::http::pages
