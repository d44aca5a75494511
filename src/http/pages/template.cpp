#include "http/pages/template.h"

#include <fmt/format.h>

#include <map>
#include <memory>
#include <mutex>
#include <stdexcept>

#include "base/utf8.h"
#include "http/pages/assets.h"
#include "http/pages/catalogue.h"

namespace demo::http::pages {
namespace {

using Template = kainjow::mustache::mustache;

constexpr int kMaxIncludes = 64;

std::string SourceOf(std::string_view name) {
  return std::string(WebFile("templates/" + std::string(name) + ".mustache"));
}

/// Replaces each `open`...`close` of `text` by what `replace` makes of the part between, from left to right; what it
/// makes is looked at again.
template <typename Replace>
std::string Expand(std::string text, std::string_view open, std::string_view close, Replace replace) {
  int left = kMaxIncludes * 16;
  for (auto at = text.find(open); at != std::string::npos; at = text.find(open, at)) {
    const auto end = text.find(close, at);
    if (end == std::string::npos || --left == 0) throw std::runtime_error("malformed template: " + text.substr(at, 40));
    const std::string inner = text.substr(at + open.size(), end - at - open.size());
    text.replace(at, end + close.size() - at, replace(inner));
  }
  return text;
}

/// What Unicode calls Bidi_Control: with one of these in it a name can show as another, and turn what stands beside it.
bool TurnsText(char32_t point) {
  return point == 0x061C || point == 0x200E || point == 0x200F || (point >= 0x202A && point <= 0x202E) ||
         (point >= 0x2066 && point <= 0x2069);
}

/// `text` with each such character in letters, "[U+202E]".
std::string ShowControls(std::string_view text) {
  std::string shown;
  while (!text.empty()) {
    const std::string_view before = text;
    const auto point = TakeCodePoint(text);
    if (!point) text.remove_prefix(1);
    if (point && TurnsText(*point)) {
      shown += fmt::format("[U+{:04X}]", static_cast<std::uint32_t>(*point));
    } else {
      shown += before.substr(0, before.size() - text.size());
    }
  }
  return shown;
}

/// Indentation and empty lines are for those who write templates; browsers need one space.
std::string Squeeze(std::string_view text) {
  std::string squeezed;
  for (const char c : text) {
    const bool space = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (!space) {
      squeezed += c;
    } else if (squeezed.empty() || squeezed.back() != ' ') {
      squeezed += ' ';
    }
  }
  return squeezed;
}

std::unique_ptr<Template> Load(std::string_view name, Language language) {
  std::string source = Expand(SourceOf(name), "{{> ", "}}", [](const std::string& other) { return SourceOf(other); });
  source = Expand(source, "[[", "]]", [&](const std::string& key) { return EscapeHtml(Text(language, key)); });
  auto loaded = std::make_unique<Template>(Squeeze(source));
  loaded->set_custom_escape(EscapeHtml);
  if (!loaded->is_valid()) throw std::runtime_error(std::string(name) + ": " + loaded->error_message());
  return loaded;
}

/// The pointer stays valid. Filling is const in all but name (no template has partials or lambdas left), so that
/// threads may share one.
Template& TemplateFor(std::string_view name, Language language) {
  static std::mutex mutex;
  static std::map<std::pair<std::string, Language>, std::unique_ptr<Template>, std::less<>> loaded;
  const std::scoped_lock lock(mutex);
  auto& slot = loaded[{std::string(name), language}];
  if (!slot) slot = Load(name, language);
  return *slot;
}

}  // namespace

Data MakeData(std::initializer_list<std::pair<const char*, Data>> members) {
  Data data;
  for (const auto& [name, value] : members) data.set(name, value);
  return data;
}

std::string Fill(std::string_view name, Language language, const Data& data) {
  std::string filled;
  TemplateFor(name, language).render(data, [&filled](const std::string& part) { filled += part; });
  return filled;
}

std::string EscapeHtml(std::string_view text) {
  std::string escaped = kainjow::mustache::html_escape(std::string(text));
  constexpr std::string_view kLeads = "\xD8\xE2";  // All of the controls begin with one of these bytes.
  return escaped.find_first_of(kLeads) == std::string::npos ? escaped : ShowControls(escaped);
}

}  // namespace demo::http::pages
