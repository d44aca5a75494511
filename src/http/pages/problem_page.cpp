#include "http/pages/problem_page.h"

namespace demo::http::pages {

std::string RenderProblem(const ProblemView& view, const Frame& frame) {
  DataList fields;
  for (const FieldError& field : view.fields) {
    fields.push_back(MakeData({{"field", field.field}, {"reason", field.reason}}));
  }
  DataList hidden;
  for (const auto& [name, value] : view.form_fields) {
    hidden.push_back(MakeData({{"name", name}, {"value", value}}));
  }
  Data data = MakeData({{"kind", view.kind},
                        {"status", std::to_string(view.status)},
                        {"title", view.title},
                        {"explanation", view.explanation},
                        {"own_words", view.own_words},
                        {"has_fields", !fields.empty()},
                        {"fields", fields},
                        {"hidden", hidden},
                        {"back", view.back}});
  data.set("detail", view.detail.empty() ? Data(false) : Data(view.detail));
  data.set("before", view.before.empty() ? Data(false) : Data(view.before));
  data.set("again_form", view.again_form.empty() ? Data(false) : Data(view.again_form));
  data.set("token_form", view.token_form.empty() ? Data(false) : Data(view.token_form));
  return RenderPage("problem", frame, view.title, data);
}

}  // namespace demo::http::pages
