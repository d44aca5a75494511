#include "cluster/reply.h"

#include <fmt/format.h>

#include <boost/json/serialize.hpp>
#include <cmath>

#include "base/number.h"

namespace demo::cluster::reply {
namespace {

namespace json = boost::json;

std::optional<std::int64_t> Whole(double number) {
  constexpr double kMost = 9.0e15;  // Below 2^53: exact.
  return std::abs(number) <= kMost ? std::optional(static_cast<std::int64_t>(number)) : std::nullopt;
}

std::optional<std::int64_t> Read(const json::value& value) {
  if (const auto* number = value.if_int64()) return *number;
  if (const auto* number = value.if_uint64(); number && *number <= INT64_MAX) return static_cast<std::int64_t>(*number);
  if (const auto* number = value.if_double()) return Whole(*number);
  const auto* wrapped = value.if_object();
  if (!wrapped || wrapped->size() != 1) return std::nullopt;
  const auto& [type, inner] = *wrapped->begin();
  const auto* digits = inner.if_string();
  if (!digits) return std::nullopt;
  const std::string_view text(digits->data(), digits->size());
  if (type == "$numberInt" || type == "$numberLong") return ReadNumber<std::int64_t>(text, INT64_MIN, INT64_MAX);
  if (type != "$numberDouble") return std::nullopt;
  const auto number = ReadNumber<double>(text, -9.0e15, 9.0e15);
  return number ? Whole(*number) : std::nullopt;
}

}  // namespace

std::optional<std::int64_t> Int(const json::object& reply, std::string_view name) {
  const json::value* value = reply.if_contains(name);
  return value ? Read(*value) : std::nullopt;
}

std::string Text(const json::object& reply, std::string_view name) {
  const json::value* value = reply.if_contains(name);
  const json::string* text = value ? value->if_string() : nullptr;
  return text ? std::string(*text) : std::string();
}

bool Truth(const json::object& reply, std::string_view name) {
  const json::value* value = reply.if_contains(name);
  if (!value) return false;
  if (const bool* truth = value->if_bool()) return *truth;
  return Read(*value).value_or(0) != 0;
}

std::optional<UnixMillis> Date(const json::object& reply, std::string_view name) {
  return Int(Object(reply, name), "$date");
}

const json::object& Object(const json::object& reply, std::string_view name) {
  static const json::object kNothing;
  const json::value* value = reply.if_contains(name);
  const json::object* object = value ? value->if_object() : nullptr;
  return object ? *object : kNothing;
}

const json::array& Array(const json::object& reply, std::string_view name) {
  static const json::array kNothing;
  const json::value* value = reply.if_contains(name);
  const json::array* array = value ? value->if_array() : nullptr;
  return array ? *array : kNothing;
}

const json::array& Batch(const json::object& reply) { return Array(Object(reply, "cursor"), "firstBatch"); }

json::object Plain(const json::object& document) {
  json::object plain;
  for (const auto& [name, value] : document) {
    if (const auto number = Read(value)) {
      plain[name] = *number;
    } else if (const auto* inner = value.if_object()) {
      plain[name] = Plain(*inner);
    } else {
      plain[name] = value;
    }
  }
  return plain;
}

std::string KeyText(const json::object& key) {
  std::string text;
  for (const auto& [field, direction] : Plain(key)) {
    const json::string* word = direction.if_string();
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", std::string_view(field.data(), field.size()),
                        word ? std::string(*word) : json::serialize(direction));
  }
  return text;
}

}  // namespace demo::cluster::reply
