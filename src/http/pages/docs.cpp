#include "http/pages/docs.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <cctype>

#include "http/pages/catalogue.h"

namespace demo::http::pages {
namespace {

namespace json = boost::json;

const json::object kNone;

/// The member `name` of `from` as an object; empty where there is none.
const json::object& ObjectIn(const json::object& from, std::string_view name) {
  const json::value* member = from.if_contains(name);
  return member != nullptr && member->is_object() ? member->get_object() : kNone;
}

std::string StringIn(const json::object& from, std::string_view name) {
  const json::value* member = from.if_contains(name);
  return member != nullptr && member->is_string() ? std::string(std::string_view(member->get_string())) : "";
}

bool TrueIn(const json::object& from, std::string_view name) {
  const json::value* member = from.if_contains(name);
  return member != nullptr && member->is_bool() && member->get_bool();
}

/// Where `text` is Markdown, only its code marks are in use; the page shows them as they are read aloud: not at all.
std::string Plain(std::string text) {
  std::erase(text, '`');
  return text;
}

/// The name at the end of a reference: "#/components/schemas/User" is "User".
std::string LastPart(const std::string& reference) { return reference.substr(reference.rfind('/') + 1); }

class Reader {
 public:
  explicit Reader(const json::object& document) : document_(document) {}

  DataList Operations() const {
    constexpr std::array kMethods{"get", "post", "put", "patch", "delete"};
    DataList operations;
    for (const auto& [path, item] : ObjectIn(document_, "paths")) {
      for (const char* method : kMethods) {
        if (!item.is_object() || !item.get_object().contains(method)) continue;
        operations.push_back(Operation(path, method, ObjectIn(item.get_object(), method)));
      }
    }
    return operations;
  }

 private:
  /// `value` itself, or what its "$ref" names in this document.
  const json::object& Follow(const json::value& value) const {
    if (!value.is_object()) return kNone;
    const std::string reference = StringIn(value.get_object(), "$ref");
    if (!reference.starts_with("#/")) return value.get_object();
    const json::object* at = &document_;
    for (std::size_t begin = 2; begin <= reference.size();) {
      const auto end = std::min(reference.find('/', begin), reference.size());
      at = &ObjectIn(*at, reference.substr(begin, end - begin));
      begin = end + 1;
    }
    return *at;
  }

  std::string TypeOf(const json::value& schema) const {
    if (!schema.is_object()) return "";
    const std::string reference = StringIn(schema.get_object(), "$ref");
    if (!reference.empty()) return LastPart(reference);
    if (const json::value* values = schema.get_object().if_contains("enum"); values != nullptr && values->is_array()) {
      std::string names;
      for (const json::value& value : values->get_array()) {
        names += (names.empty() ? "" : " | ") + json::serialize(value);
      }
      return names;
    }
    const std::string type = StringIn(schema.get_object(), "type");
    const json::value* items = schema.get_object().if_contains("items");
    if (type == "array" && items != nullptr) return TypeOf(*items) + "[]";
    const std::string format = StringIn(schema.get_object(), "format");
    return format.empty() ? type : type + " (" + format + ")";
  }

  DataList Parameters(const json::object& operation) const {
    DataList rows;
    const json::value* parameters = operation.if_contains("parameters");
    if (parameters == nullptr || !parameters->is_array()) return rows;
    for (const json::value& given : parameters->get_array()) {
      const json::object& parameter = Follow(given);
      const json::value* schema = parameter.if_contains("schema");
      rows.push_back(MakeData({{"name", StringIn(parameter, "name")},
                               {"in", StringIn(parameter, "in")},
                               {"required", TrueIn(parameter, "required")},
                               {"type", schema == nullptr ? "" : TypeOf(*schema)},
                               {"text", Plain(StringIn(parameter, "description"))}}));
    }
    return rows;
  }

  /// The schema of the first kind of `content`; none where there is none.
  static const json::value* FirstSchema(const json::object& content) {
    if (content.empty() || !content.begin()->value().is_object()) return nullptr;
    return content.begin()->value().get_object().if_contains("schema");
  }

  DataList Body(const json::object& operation) const {
    DataList rows;
    const json::value* given = operation.if_contains("requestBody");
    if (given == nullptr) return rows;
    const json::value* schema = FirstSchema(ObjectIn(Follow(*given), "content"));
    if (schema == nullptr) return rows;
    const json::object& body = Follow(*schema);
    const json::value* required = body.if_contains("required");
    for (const auto& [name, property] : ObjectIn(body, "properties")) {
      const bool needed = required != nullptr && required->is_array() &&
                          std::ranges::find(required->get_array(), json::value(name)) != required->get_array().end();
      rows.push_back(MakeData({{"name", std::string(std::string_view(name))},
                               {"required", needed},
                               {"type", TypeOf(property)},
                               {"text", Plain(StringIn(Follow(property), "description"))}}));
    }
    return rows;
  }

  DataList Answers(const json::object& operation) const {
    DataList rows;
    for (const auto& [status, given] : ObjectIn(operation, "responses")) {
      if (status == "default") continue;  // the same for each; the introduction says it once
      const json::object& answer = Follow(given);
      const json::value* schema = FirstSchema(ObjectIn(answer, "content"));
      const std::string type = schema == nullptr ? "" : TypeOf(*schema);
      Data row = MakeData(
          {{"status", std::string(std::string_view(status))}, {"text", Plain(StringIn(answer, "description"))}});
      row.set("type", type.empty() ? Data(false) : Data(type));
      rows.push_back(row);
    }
    return rows;
  }

  Data Operation(std::string_view path, std::string_view method, const json::object& operation) const {
    std::string upper(method);
    std::ranges::transform(upper, upper.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    std::string anchor = std::string(method) + std::string(path);
    std::ranges::replace_if(anchor, [](unsigned char c) { return !std::isalnum(c); }, '-');
    const DataList parameters = Parameters(operation);
    const DataList body = Body(operation);
    const std::string text = Plain(StringIn(operation, "description"));
    return MakeData({{"anchor", anchor},
                     {"method", std::string(method)},
                     {"method_text", upper},
                     {"path", std::string(path)},
                     {"summary", Plain(StringIn(operation, "summary"))},
                     {"has_text", !text.empty()},
                     {"text", text},
                     {"has_parameters", !parameters.empty()},
                     {"parameters", parameters},
                     {"has_body", !body.empty()},
                     {"body", body},
                     {"answers", Answers(operation)}});
  }

  const json::object& document_;
};

}  // namespace

std::string RenderDocs(std::string_view openapi, const Frame& frame) {
  const json::value document = json::parse(openapi);
  const json::object& root = document.as_object();
  const json::object& info = ObjectIn(root, "info");
  const Language language = frame.preferences.language;
  const Data data = MakeData({{"title", StringIn(info, "title")},
                              {"version", StringIn(info, "version")},
                              {"description", Plain(StringIn(info, "description"))},
                              {"operations", Reader(root).Operations()}});
  return RenderPage("docs", frame, Text(language, "docs.title"), data);
}

}  // namespace demo::http::pages
