#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "domain/money.h"
#include "mongo/handles.h"

namespace demo::mongo {

class View;

/// A time as BSON has it.
struct Date {
  UnixMillis at = 0;
};

/// A BSON document that is being built, in domain types: Money is Decimal128, Date is a date. Members keep the order in
/// which they are added, as commands need it. Used by one thread at a time.
class Document {
 public:
  Document() : bson_(bson_new()) {}
  /// A copy.
  explicit Document(const bson_t* bson) : bson_(bson_copy(bson)) {}
  /// Throws std::invalid_argument: for constants and tests.
  static Document FromJson(std::string_view json);

  Document& Add(std::string_view key, std::string_view text);
  Document& Add(std::string_view key, const char* text) { return Add(key, std::string_view(text)); }
  Document& Add(std::string_view key, const std::string& text) { return Add(key, std::string_view(text)); }
  Document& Add(std::string_view key, std::same_as<bool> auto value) { return AddBool(key, value); }
  Document& Add(std::string_view key, std::same_as<std::int32_t> auto value) { return AddInt32(key, value); }
  Document& Add(std::string_view key, std::same_as<std::int64_t> auto value) { return AddInt64(key, value); }
  Document& Add(std::string_view key, Money amount);
  Document& Add(std::string_view key, Date date);
  Document& Add(std::string_view key, const Document& document);
  Document& AddArray(std::string_view key, std::span<const std::string> texts);
  Document& AddArray(std::string_view key, std::span<const Document> documents);
  /// All members of `other`.
  Document& AddAll(const Document& other);

  [[nodiscard]] const bson_t* get() const { return bson_.get(); }
  [[nodiscard]] View view() const;
  /// Relaxed extended JSON, for tests and messages.
  [[nodiscard]] std::string ToJson() const;

 private:
  Document& AddBool(std::string_view key, bool value);
  Document& AddInt32(std::string_view key, std::int32_t value);
  Document& AddInt64(std::string_view key, std::int64_t value);

  BsonHandle bson_;
};

/// {key: value}.
template <typename T>
Document Doc(std::string_view key, const T& value) {
  Document document;
  document.Add(key, value);
  return document;
}

/// Reads a document that somebody else owns. What is absent or of another type reads as nothing: servers differ, and a
/// stranger may have written. A key may be a path: "lastWrite.opTime".
class View {
 public:
  explicit View(const bson_t* bson) : data_(bson_get_data(bson)), size_(bson->len) {}
  View(const std::uint8_t* data, std::size_t size) : data_(data), size_(size) {}

  [[nodiscard]] bool Has(std::string_view key) const;
  /// As the server's $type names it: "string", "objectId"; "missing" where it is absent.
  [[nodiscard]] std::string_view TypeOf(std::string_view key) const;
  /// A text, a whole number or an ObjectId as a person would look for it, in 100 bytes at most; of all else the type.
  [[nodiscard]] std::string Show(std::string_view key) const;
  [[nodiscard]] std::optional<std::string> FindText(std::string_view key) const;
  /// Any number that is whole.
  [[nodiscard]] std::optional<std::int64_t> FindInt(std::string_view key) const;
  /// Booleans, and numbers as the server takes them.
  [[nodiscard]] std::optional<bool> FindBool(std::string_view key) const;
  [[nodiscard]] std::optional<UnixMillis> FindDate(std::string_view key) const;
  /// A decimal, a whole number, a text as JSON writes numbers, or a double: that in the 15 digits which a double keeps,
  /// as the server's $toDecimal has it. Nothing where it has more than two decimals: no amount is rounded.
  [[nodiscard]] std::optional<Money> FindMoney(std::string_view key) const;
  /// The bytes of a binary value, a UUID for example.
  [[nodiscard]] std::optional<std::string> FindBinary(std::string_view key) const;
  [[nodiscard]] std::optional<View> FindDocument(std::string_view key) const;

  [[nodiscard]] std::string Text(std::string_view key) const { return FindText(key).value_or(std::string()); }
  [[nodiscard]] std::int64_t Int(std::string_view key) const { return FindInt(key).value_or(0); }
  [[nodiscard]] bool Bool(std::string_view key) const { return FindBool(key).value_or(false); }

  /// The documents of the array or document `key`, each with its key there ("0", "1"... in an array).
  void ForEach(std::string_view key,
               const std::function<void(const std::string& key, const View& document)>& visit) const;
  /// The texts of the array `key`.
  [[nodiscard]] std::vector<std::string> Texts(std::string_view key) const;

  [[nodiscard]] Document Copy() const;

 private:
  bool Find(std::string_view key, bson_iter_t& found) const;

  const std::uint8_t* data_;
  std::size_t size_;
};

}  // namespace demo::mongo
