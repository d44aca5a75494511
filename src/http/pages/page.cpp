#include "http/pages/page.h"

#include <array>

#include "base/json.h"
#include "http/pages/assets.h"
#include "http/pages/catalogue.h"
#include "http/pages/locale.h"

namespace demo::http::pages {
namespace {

/// The texts that the script shows, as JSON that may stand inside an HTML element.
std::string ScriptTexts(Language language) {
  JsonWriter json;
  json.BeginObject();
  for (const auto& [key, text] : AllTexts(language)) {
    if (key.starts_with("js.")) json.Key(std::string_view(key).substr(3)).String(text);
  }
  std::string texts = std::move(json.EndObject()).Take();
  for (auto at = texts.find('<'); at != std::string::npos; at = texts.find('<', at)) texts.replace(at, 1, "\\u003c");
  return texts;
}

/// Where a switch leads but for its last part: this page, with "?" or "&" after it.
std::string SwitchBase(std::string_view target) {
  std::string base(target);
  return base += base.find('?') == std::string::npos ? '?' : '&';
}

std::string EnvironmentLabel(Language language, const std::string& environment) {
  if (environment == "dev") return std::string(Text(language, "env.production")) + " · dev";
  return environment;
}

}  // namespace

std::string UnknownSince(Language language, UnixMillis since) {
  return Text(language, "unknown", {{"time", FormatClock(since)}});
}

Data ActionsData(Language language, const std::vector<Action>& actions) {
  DataList list;
  for (const Action& action : actions) {
    Data data = MakeData({{"label", std::string(Text(language, "action." + action.name))},
                          {"method", action.method},
                          {"path", action.path},
                          {"form_method", action.form_method},
                          {"form_path", action.form_path},
                          {"posts", action.form_method == "post"},
                          {"danger", action.danger},
                          {"confirm", action.confirm}});
    data.set("count", action.count > 0 ? Data(std::to_string(action.count)) : Data(false));
    list.push_back(data);
  }
  return list;
}

DataList DoneData(Language language, const Done& done) {
  constexpr std::array<std::string_view, 6> kKnown{"load-sample-data", "random-user", "random-order",
                                                   "run-migration",    "clear-data",  "clear-cache"};
  DataList list;
  for (const std::string_view known : kKnown) {
    if (done.action != known) continue;
    const std::string key = "done." + done.action;
    const bool counted = known == "random-order" || known == "run-migration";
    Data data = MakeData({{"text", counted ? CountText(language, key, done.count) : std::string(Text(language, key))}});
    data.set("link", done.user_id.empty() ? Data(false) : Data("/user-dashboard/users/" + done.user_id));
    list.push_back(data);
  }
  return list;
}

std::string RenderPage(std::string_view name, const Frame& frame, std::string_view title, const Data& content) {
  const Language language = frame.preferences.language;
  const Theme theme = frame.preferences.theme;
  return Fill("layout", language,
              MakeData({{"lang", std::string(Code(language))},
                        {"forced_theme", theme != Theme::kAuto},
                        {"theme", std::string(Code(theme))},
                        {"theme_auto", theme == Theme::kAuto},
                        {"theme_light", theme == Theme::kLight},
                        {"theme_dark", theme == Theme::kDark},
                        {"english", language == Language::kEnglish},
                        {"french", language == Language::kFrench},
                        {"title", std::string(title)},
                        {"page", std::string(name)},
                        {"on_home", name == "home"},
                        {"on_dashboard", name == "dashboard" || name == "user"},
                        {"on_docs", name == "docs"},
                        {"css_url", AssetUrl("app.css")},
                        {"js_url", AssetUrl("app.js")},
                        {"icon_url", AssetUrl("icon.svg")},
                        {"production", frame.environment == "dev"},
                        {"environment", EnvironmentLabel(language, frame.environment)},
                        {"instance", frame.instance},
                        {"version", frame.version},
                        {"switch_base", SwitchBase(frame.target)},
                        {"js_texts", ScriptTexts(language)},
                        {"content", Fill(name, language, content)}}));
}

}  // namespace demo::http::pages
