#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "http/request.h"

namespace demo::http::pages {

enum class Language : std::uint8_t { kEnglish, kFrench };

/// kAuto follows the reader's system.
enum class Theme : std::uint8_t { kAuto, kLight, kDark };

/// What a page looks like for this reader, apart from its data.
struct Preferences {
  Language language = Language::kEnglish;
  Theme theme = Theme::kAuto;
  bool operator==(const Preferences&) const = default;
};

/// The cookies "lang" and "theme" win; without them the best of Accept-Language (English when neither is wanted), and
/// kAuto. Unknown values are as absent. Pure.
Preferences PreferencesOf(const Request& request);

/// Below 6: one number for each appearance that a page can have, for the key of its cached copies. Pure.
int AppearanceOf(const Request& request);

/// When the query asks for another appearance ("?lang=fr", "?theme=dark", "?theme=auto"): the cookie that keeps it and
/// the address to go on to, which is the same without that part. Pure.
struct Switch {
  std::string set_cookie;
  std::string location;
  bool operator==(const Switch&) const = default;
};
std::optional<Switch> SwitchOf(const Request& request);

std::string_view Code(Language language);  ///< "en", "fr".
std::string_view Code(Theme theme);        ///< "auto", "light", "dark".

}  // namespace demo::http::pages
