#pragma once

#include <initializer_list>
#include <kainjow/mustache.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "http/pages/preferences.h"

namespace demo::http::pages {

/// What a template is filled with. Strings are escaped, as EscapeHtml does it, where the template says {{name}};
/// {{{name}}} is for markup made here. A section needs a bool, a list or an object: an empty string is not false.
using Data = kainjow::mustache::data;
using DataList = kainjow::mustache::list;

Data MakeData(std::initializer_list<std::pair<const char*, Data>> members);

/// Fills web/templates/NAME.mustache. In a template "[[key]]" stands for a text of the catalogue and "{{> other}}" for
/// another template's source. Each is read once for each language. Throws for a template that is missing or malformed:
/// a fault of this program, which the tests find. Thread-safe.
std::string Fill(std::string_view name, Language language, const Data& data);

/// `text` for HTML, also within quotes. Characters that turn the direction of writing come out in letters: "[U+202E]".
std::string EscapeHtml(std::string_view text);

}  // namespace demo::http::pages
