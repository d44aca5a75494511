#include "http/pages/preferences.h"

#include <algorithm>
#include <cstdlib>

namespace demo::http::pages {
namespace {

std::string_view Trim(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

/// Calls `visit` with each trimmed part of `text` between `separator`s.
template <typename Visit>
void ForEachPart(std::string_view text, char separator, Visit visit) {
  while (!text.empty()) {
    const auto end = std::min(text.find(separator), text.size());
    visit(Trim(text.substr(0, end)));
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

/// The weight of one part of Accept-Language, in thousandths; a malformed one counts nothing.
int WeightOf(std::string_view part) {
  const auto semicolon = part.find(';');
  if (semicolon == std::string_view::npos) return 1000;
  const std::string_view weight = ValueOf(part.substr(semicolon + 1), ';', "q");
  if (weight.empty() || weight.size() > 5 || (weight[0] != '0' && weight[0] != '1')) return 0;
  return static_cast<int>(std::strtod(std::string(weight).c_str(), nullptr) * 1000);
}

Language BestLanguage(std::string_view accept_language) {
  Language best = Language::kEnglish;
  int best_weight = 0;
  ForEachPart(accept_language, ',', [&](std::string_view part) {
    const auto tag_end = std::min(part.find_first_of(";- \t"), part.size());
    std::string code(part.substr(0, tag_end));
    std::ranges::transform(code, code.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; });
    const auto language = LanguageNamed(code);
    const int weight = WeightOf(part);
    if (!language || weight <= best_weight) return;
    best = *language;
    best_weight = weight;
  });
  return best;
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
