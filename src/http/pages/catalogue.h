#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "http/pages/preferences.h"

namespace demo::http::pages {

/// A sentence of web/en.json or web/fr.json. Throws std::out_of_range for a key that the catalogue lacks: a fault of
/// this program, which the tests find. Thread-safe; the view lives for ever.
std::string_view Text(Language language, std::string_view key);

using Argument = std::pair<std::string_view, std::string_view>;

/// As Text, with each "{name}" replaced by its argument.
std::string Text(Language language, std::string_view key, std::initializer_list<Argument> arguments);

/// The text of `key` followed by ".one" or ".other", as the language counts, with "{n}" as a number of the reader's
/// locale and each other "{name}" replaced by its argument.
std::string CountText(Language language, std::string_view key, long long n,
                      std::initializer_list<Argument> arguments = {});

/// Every key and its text, sorted by key.
std::span<const std::pair<std::string, std::string>> AllTexts(Language language);

}  // namespace demo::http::pages
