#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "http/pages/preferences.h"
#include "http/pages/template.h"

namespace demo::http::pages {

/// What every page shows around its content.
struct Frame {
  Preferences preferences;
  std::string target;       ///< This page's own address, where the switches of language and theme come back to.
  std::string environment;  ///< As configured: "local", "dev", "test".
  std::string instance;
  std::string version;
  bool asks_token = false;  ///< Destructive actions need the admin token.
};

/// Something read for a page, or since when it cannot be read.
template <typename T>
using Reading = std::expected<T, UnixMillis>;

/// "unknown since 12:03:10".
std::string UnknownSince(Language language, UnixMillis since);

/// A button that sends one request. With JavaScript the page sends it itself to `path` and shows the receipt; without,
/// the form goes to `form_path`, which answers 303 back to the page.
struct Action {
  std::string name;  ///< "random-order": the key of its label, "action.random-order".
  std::string method;
  std::string path;
  std::string form_method;  ///< "get" or "post"
  std::string form_path;
  int count = 0;  ///< For a burst: how often.
  bool danger = false;
  bool confirm = false;  ///< Asks first: the page at `form_path` says what it would delete.
};

/// What a form's action did, shown once after the redirection.
struct Done {
  std::string action;   ///< As in Action::name, or empty.
  long long count = 0;  ///< How many records, where that says something.
  std::string user_id;  ///< A user to look at, or empty.
  bool operator==(const Done&) const = default;
};

Data ActionsData(Language language, const std::vector<Action>& actions);
/// Empty where nothing was done or `done.action` is none of the known ones.
DataList DoneData(Language language, const Done& done);

/// The whole document: the page `name` of web/templates filled with `content`, in its frame.
std::string RenderPage(std::string_view name, const Frame& frame, std::string_view title, const Data& content);

}  // namespace demo::http::pages
