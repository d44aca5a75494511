#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "mongo/document.h"

namespace demo::mongo {

/// Reads a document whose members must be what collections.h says: what is missing or of another type is never read as
/// 0 or as empty, but fails the whole by name. Members are read first, then Done says whether all were right.
class Fields {
 public:
  /// What `document` looks at must outlive this. `of` names its kind in messages: "orders".
  Fields(std::string_view of, View document) : of_(of), document_(document) {}

  std::string Text(std::string_view key) { return Need(document_.FindText(key), key, "string"); }
  std::int64_t Int(std::string_view key) { return Need(document_.FindInt(key), key, "a whole number"); }
  bool Bool(std::string_view key) { return Need(document_.FindBool(key), key, "bool"); }
  UnixMillis Date(std::string_view key) { return Need(document_.FindDate(key), key, "date"); }
  Document Object(std::string_view key) { return Need(CopyOf(key), key, "object"); }
  Money Amount(std::string_view key) { return Need(document_.FindMoney(key), key, "a number with two decimals"); }
  /// A place in a list: letters and digits.
  std::string Position(std::string_view key);

  /// Nothing where it is absent or null.
  std::optional<UnixMillis> DateIfAny(std::string_view key) { return IfAny(key, &Fields::Date); }
  std::optional<std::int64_t> IntIfAny(std::string_view key) { return IfAny(key, &Fields::Int); }
  bool BoolIfAny(std::string_view key) { return IfAny(key, &Fields::Bool).value_or(false); }
  Document ObjectIfAny(std::string_view key) { return IfAny(key, &Fields::Object).value_or(Document()); }

  /// Whether all that was read is right. Errors: Internal (which member of which document is not; it holds no value but
  /// the _id).
  [[nodiscard]] Result<void> Done() const;
  /// `value`, which is made of what was read.
  template <typename T>
  Result<T> Done(T value) const {
    if (auto done = Done(); !done) return Fail(std::move(done.error()));
    return value;
  }

 private:
  template <typename T>
  T Need(std::optional<T> found, std::string_view key, std::string_view wanted) {
    if (!found) Note(key, wanted);
    return found ? *std::move(found) : T();
  }
  template <typename T>
  std::optional<T> IfAny(std::string_view key, T (Fields::*read)(std::string_view)) {
    const std::string_view type = document_.TypeOf(key);
    return type == "missing" || type == "null" ? std::nullopt : std::optional((this->*read)(key));
  }
  std::optional<Document> CopyOf(std::string_view key) const;
  void Note(std::string_view key, std::string_view wanted);

  const std::string_view of_;
  const View document_;
  std::string wrong_;  ///< The first of them.
};

}  // namespace demo::mongo
