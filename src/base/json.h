#pragma once

#include <string>
#include <string_view>

namespace demo {

/// Appends `text` as a JSON string with its quotes. `text` must be valid UTF-8; bytes that are not come out as U+FFFD.
/// Controls and the characters that reorder text are escaped, so that a value cannot show as something else.
void AppendJsonString(std::string& out, std::string_view text);

/// Builds one JSON text in the order of the calls: commas and quotes are set here, nesting is the caller's.
///
///     JsonWriter json;
///     json.BeginObject().Key("total_users").Number(5).EndObject();
class JsonWriter {
 public:
  JsonWriter& BeginObject() { return Open('{'); }
  JsonWriter& EndObject() { return Close('}'); }
  JsonWriter& BeginArray() { return Open('['); }
  JsonWriter& EndArray() { return Close(']'); }
  JsonWriter& Key(std::string_view name);
  JsonWriter& String(std::string_view text);
  JsonWriter& Number(long long number);
  JsonWriter& Bool(bool value) { return Raw(value ? "true" : "false"); }
  /// A value that is JSON already: an exact decimal, a part made elsewhere.
  JsonWriter& Raw(std::string_view json);

  /// Makes room for `bytes` more before they are written, from the request's memory. False where there is none.
  [[nodiscard]] bool MakeRoom(std::size_t bytes);

  [[nodiscard]] std::string Take() && { return std::move(text_); }

 private:
  JsonWriter& Open(char bracket);
  JsonWriter& Close(char bracket);
  void Separate();

  std::string text_;
  bool needs_comma_ = false;
};

}  // namespace demo
