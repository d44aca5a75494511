#include "mongo/document.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <stdexcept>

namespace demo::mongo {
namespace {

int Length(std::string_view text) { return static_cast<int>(text.size()); }

std::string_view NameOf(bson_type_t type) {
  switch (type) {
    case BSON_TYPE_DOUBLE:
      return "double";
    case BSON_TYPE_UTF8:
      return "string";
    case BSON_TYPE_DOCUMENT:
      return "object";
    case BSON_TYPE_ARRAY:
      return "array";
    case BSON_TYPE_BINARY:
      return "binData";
    case BSON_TYPE_OID:
      return "objectId";
    case BSON_TYPE_BOOL:
      return "bool";
    case BSON_TYPE_DATE_TIME:
      return "date";
    case BSON_TYPE_NULL:
      return "null";
    case BSON_TYPE_INT32:
      return "int";
    case BSON_TYPE_INT64:
      return "long";
    case BSON_TYPE_DECIMAL128:
      return "decimal";
    default:
      return "of a rare type";
  }
}

/// The number that it holds; empty where it holds none.
std::string NumberText(const bson_iter_t& found) {
  if (bson_decimal128_t decimal; bson_iter_decimal128(&found, &decimal)) {
    std::array<char, BSON_DECIMAL128_STRING> text{};
    bson_decimal128_to_string(&decimal, text.data());
    return text.data();
  }
  if (BSON_ITER_HOLDS_DOUBLE(&found)) return fmt::format("{:.15g}", bson_iter_double(&found));
  if (BSON_ITER_HOLDS_INT(&found)) return std::to_string(bson_iter_as_int64(&found));
  std::uint32_t length = 0;
  const char* text = bson_iter_utf8(&found, &length);
  return text == nullptr ? std::string() : std::string(text, length);
}

}  // namespace

Document Document::FromJson(std::string_view json) {
  bson_error_t error;
  Document document;
  document.bson_ = BsonHandle(bson_new_from_json(reinterpret_cast<const std::uint8_t*>(json.data()),
                                                 static_cast<ssize_t>(json.size()), &error));
  if (!document.bson_) throw std::invalid_argument(error.message);
  return document;
}

Document& Document::Add(std::string_view key, std::string_view text) {
  bson_append_utf8(bson_.get(), key.data(), Length(key), text.data(), Length(text));
  return *this;
}

Document& Document::Add(std::string_view key, Money amount) {
  bson_decimal128_t decimal;
  bson_decimal128_from_string(amount.ToString().c_str(), &decimal);
  bson_append_decimal128(bson_.get(), key.data(), Length(key), &decimal);
  return *this;
}

Document& Document::Add(std::string_view key, Date date) {
  bson_append_date_time(bson_.get(), key.data(), Length(key), date.at);
  return *this;
}

Document& Document::Add(std::string_view key, const Document& document) {
  bson_append_document(bson_.get(), key.data(), Length(key), document.get());
  return *this;
}

Document& Document::AddArray(std::string_view key, std::span<const std::string> texts) {
  Document array;
  for (std::size_t i = 0; i < texts.size(); ++i) array.Add(std::to_string(i), texts[i]);
  bson_append_array(bson_.get(), key.data(), Length(key), array.get());
  return *this;
}

Document& Document::AddArray(std::string_view key, std::span<const Document> documents) {
  Document array;
  for (std::size_t i = 0; i < documents.size(); ++i) array.Add(std::to_string(i), documents[i]);
  bson_append_array(bson_.get(), key.data(), Length(key), array.get());
  return *this;
}

Document& Document::AddAll(const Document& other) {
  bson_concat(bson_.get(), other.get());
  return *this;
}

Document& Document::AddBool(std::string_view key, bool value) {
  bson_append_bool(bson_.get(), key.data(), Length(key), value);
  return *this;
}

Document& Document::AddInt32(std::string_view key, std::int32_t value) {
  bson_append_int32(bson_.get(), key.data(), Length(key), value);
  return *this;
}

Document& Document::AddInt64(std::string_view key, std::int64_t value) {
  bson_append_int64(bson_.get(), key.data(), Length(key), value);
  return *this;
}

View Document::view() const { return View(bson_.get()); }

std::string Document::ToJson() const {
  const TextHandle json(bson_as_relaxed_extended_json(bson_.get(), nullptr));
  return json ? json.get() : "";
}

bool View::Find(std::string_view key, bson_iter_t& found) const {
  bson_iter_t start;
  return bson_iter_init_from_data(&start, data_, size_) &&
         bson_iter_find_descendant(&start, std::string(key).c_str(), &found);
}

bool View::Has(std::string_view key) const {
  bson_iter_t found;
  return Find(key, found);
}

std::string_view View::TypeOf(std::string_view key) const {
  bson_iter_t found;
  return Find(key, found) ? NameOf(bson_iter_type(&found)) : "missing";
}

std::string View::Show(std::string_view key) const {
  constexpr std::size_t kLongest = 100;
  if (const auto text = FindText(key)) return text->substr(0, kLongest);
  if (const auto number = FindInt(key)) return std::to_string(*number);
  bson_iter_t found;
  if (!Find(key, found) || !BSON_ITER_HOLDS_OID(&found)) return std::string(TypeOf(key));
  std::array<char, 25> text{};
  bson_oid_to_string(bson_iter_oid(&found), text.data());
  return text.data();
}

std::optional<std::string> View::FindText(std::string_view key) const {
  bson_iter_t found;
  if (!Find(key, found) || !BSON_ITER_HOLDS_UTF8(&found)) return std::nullopt;
  std::uint32_t length = 0;
  const char* text = bson_iter_utf8(&found, &length);
  return std::string(text, length);
}

std::optional<std::int64_t> View::FindInt(std::string_view key) const {
  bson_iter_t found;
  if (!Find(key, found)) return std::nullopt;
  if (BSON_ITER_HOLDS_INT(&found)) return bson_iter_as_int64(&found);
  if (!BSON_ITER_HOLDS_DOUBLE(&found)) return std::nullopt;
  const double number = bson_iter_double(&found);
  constexpr double kExact = 9007199254740992;  // 2^53: beyond it a double skips whole numbers.
  if (std::abs(number) > kExact || std::trunc(number) != number) return std::nullopt;
  return static_cast<std::int64_t>(number);
}

std::optional<bool> View::FindBool(std::string_view key) const {
  bson_iter_t found;
  if (!Find(key, found)) return std::nullopt;
  if (!BSON_ITER_HOLDS_BOOL(&found) && !BSON_ITER_HOLDS_NUMBER(&found)) return std::nullopt;
  return bson_iter_as_bool(&found);
}

std::optional<UnixMillis> View::FindDate(std::string_view key) const {
  bson_iter_t found;
  if (!Find(key, found) || !BSON_ITER_HOLDS_DATE_TIME(&found)) return std::nullopt;
  return bson_iter_date_time(&found);
}

std::optional<Money> View::FindMoney(std::string_view key) const {
  bson_iter_t found;
  if (!Find(key, found)) return std::nullopt;
  const auto money = Money::Parse(NumberText(found));
  return money ? std::optional(*money) : std::nullopt;
}

std::optional<std::string> View::FindBinary(std::string_view key) const {
  bson_iter_t found;
  if (!Find(key, found) || !BSON_ITER_HOLDS_BINARY(&found)) return std::nullopt;
  bson_subtype_t subtype{};
  std::uint32_t size = 0;
  const std::uint8_t* data = nullptr;
  bson_iter_binary(&found, &subtype, &size, &data);
  return std::string(reinterpret_cast<const char*>(data), size);
}

std::optional<View> View::FindDocument(std::string_view key) const {
  bson_iter_t found;
  if (!Find(key, found) || !BSON_ITER_HOLDS_DOCUMENT(&found)) return std::nullopt;
  const std::uint8_t* data = nullptr;
  std::uint32_t size = 0;
  bson_iter_document(&found, &size, &data);
  return View(data, size);
}

void View::ForEach(std::string_view key,
                   const std::function<void(const std::string& key, const View& document)>& visit) const {
  bson_iter_t found;
  bson_iter_t each;
  if (!Find(key, found) || !bson_iter_recurse(&found, &each)) return;
  while (bson_iter_next(&each)) {
    if (!BSON_ITER_HOLDS_DOCUMENT(&each)) continue;
    const std::uint8_t* data = nullptr;
    std::uint32_t size = 0;
    bson_iter_document(&each, &size, &data);
    visit(bson_iter_key(&each), View(data, size));
  }
}

std::vector<std::string> View::Texts(std::string_view key) const {
  std::vector<std::string> texts;
  bson_iter_t found;
  bson_iter_t each;
  if (!Find(key, found) || !bson_iter_recurse(&found, &each)) return texts;
  while (bson_iter_next(&each)) {
    std::uint32_t length = 0;
    if (!BSON_ITER_HOLDS_UTF8(&each)) continue;
    const char* text = bson_iter_utf8(&each, &length);
    texts.emplace_back(text, length);
  }
  return texts;
}

Document View::Copy() const {
  bson_t borrowed;
  if (!bson_init_static(&borrowed, data_, size_)) return {};
  return Document(&borrowed);
}

}  // namespace demo::mongo
