#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "http/pages/page.h"

namespace demo::http::pages {

/// A kind of problem explained, or one that just happened to a form without JavaScript.
struct ProblemView {
  std::string kind;  ///< "not-found", as in /problems/{kind}.
  int status = 0;
  std::string title;
  std::string explanation;  ///< What it means and what to do.
  std::string detail;       ///< What went wrong this time; empty on the page of a kind.
  bool own_words = false;   ///< `detail` is in the reader's language; else it quotes the API's English.
  std::vector<FieldError> fields;
  std::string back = "/";
  /// Where the form that asks for the admin token goes, and what it sends along; empty where no token helps.
  std::string token_form;
  std::string before;      ///< What was done of it before it failed, or empty.
  std::string again_form;  ///< Where the form that sends it again goes; empty where that cannot help.
  std::vector<std::pair<std::string, std::string>> form_fields;  ///< What either form sends along.
};

/// Pure.
std::string RenderProblem(const ProblemView& view, const Frame& frame);

}  // namespace demo::http::pages
