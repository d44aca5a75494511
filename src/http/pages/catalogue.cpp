#include "http/pages/catalogue.h"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <stdexcept>
#include <vector>

#include "http/pages/assets.h"
#include "http/pages/locale.h"

namespace demo::http::pages {
namespace {

using Entries = std::vector<std::pair<std::string, std::string>>;

Entries Load(std::string_view file) {
  Entries entries;
  const boost::json::value parsed = boost::json::parse(WebFile(file));
  for (const auto& [key, text] : parsed.as_object()) {
    entries.emplace_back(std::string_view(key), std::string_view(text.as_string()));
  }
  std::ranges::sort(entries);
  return entries;
}

const Entries& EntriesOf(Language language) {
  static const Entries english = Load("en.json");
  static const Entries french = Load("fr.json");
  return language == Language::kFrench ? french : english;
}

void ReplaceAll(std::string& text, const std::string& what, std::string_view by) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
    text.replace(at, what.size(), by);
  }
}

std::string WithArguments(std::string text, std::initializer_list<Argument> arguments) {
  for (const auto& [name, value] : arguments) ReplaceAll(text, "{" + std::string(name) + "}", value);
  return text;
}

}  // namespace

std::string_view Text(Language language, std::string_view key) {
  const Entries& entries = EntriesOf(language);
  const auto found =
      std::ranges::lower_bound(entries, key, {}, [](const auto& e) { return std::string_view(e.first); });
  if (found == entries.end() || found->first != key) throw std::out_of_range("no text for " + std::string(key));
  return found->second;
}

std::string Text(Language language, std::string_view key, std::initializer_list<Argument> arguments) {
  return WithArguments(std::string(Text(language, key)), arguments);
}

std::string CountText(Language language, std::string_view key, long long n, std::initializer_list<Argument> arguments) {
  // French counts nothing as one: "0 commande"; English as many: "0 orders".
  const bool one = n == 1 || (language == Language::kFrench && n == 0);
  const std::string number = FormatInteger(language, n);
  return WithArguments(Text(language, std::string(key) + (one ? ".one" : ".other"), {{"n", number}}), arguments);
}

std::span<const std::pair<std::string, std::string>> AllTexts(Language language) { return EntriesOf(language); }

}  // namespace demo::http::pages
