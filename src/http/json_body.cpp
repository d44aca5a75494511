#include "http/json_body.h"

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <optional>
#include <utility>

#include "cache/hash.h"
#include "http/negotiation.h"

namespace demo::http {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxDepth = 64;
// Many times what any value of ours may have: a longer one is cut, and as wrong as before.
constexpr std::size_t kLongestKept = 4 * 1024;

/// A name from the outside, short enough for an answer.
std::string Shown(std::string_view name) {
  constexpr std::size_t kLongest = 100;
  if (name.size() <= kLongest) return std::string(name);
  std::size_t end = kLongest;
  while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xC0) == 0x80) --end;
  return std::string(name.substr(0, end)) + "...";
}

/// Keeps the members of the outermost object, and of their values what may matter; of deeper names, a hash each, to
/// find those that stand twice. Boost.JSON calls it as it reads, and applies the limits.
class ObjectReader {
 public:
  static constexpr std::size_t max_object_size = 100;
  static constexpr std::size_t max_array_size = 1'000'000;
  static constexpr std::size_t max_key_size = 4 * 1024;
  static constexpr std::size_t max_string_size = 1024 * 1024;

  std::vector<JsonObject::Member> members;
  bool is_object = false;
  std::optional<std::string> repeated;  ///< The name that stood twice, where one did.

  bool on_document_begin(json::error_code&) { return true; }
  bool on_document_end(json::error_code&) { return true; }

  bool on_object_begin(json::error_code&) {
    if (depth_ == 0) is_object = true;
    Begin(JsonObject::Kind::kObject);
    names_.emplace_back();
    return true;
  }
  bool on_object_end(std::size_t, json::error_code&) {
    names_.pop_back();
    --depth_;
    return true;
  }
  bool on_array_begin(json::error_code&) {
    Begin(JsonObject::Kind::kArray);
    return true;
  }
  bool on_array_end(std::size_t, json::error_code&) {
    --depth_;
    return true;
  }

  bool on_key_part(json::string_view text, std::size_t, json::error_code&) {
    key_.append(text.data(), text.size());
    return true;
  }
  bool on_key(json::string_view text, std::size_t, json::error_code& error) {
    key_.append(text.data(), text.size());
    auto& names = names_.back();
    const Hash128 hash = HashBytes128(key_);
    if (std::ranges::find(names, hash) != names.end()) {
      repeated = Shown(key_);
      error = json::make_error_code(json::error::syntax);
      return false;
    }
    names.push_back(hash);
    if (depth_ == 1) name_ = Shown(key_);
    key_.clear();
    return true;
  }

  bool on_string_part(json::string_view text, std::size_t, json::error_code&) { return Append(text); }
  bool on_string(json::string_view text, std::size_t, json::error_code&) {
    Append(text);
    return Keep(JsonObject::Kind::kString);
  }
  bool on_number_part(json::string_view text, json::error_code&) { return Append(text); }
  bool on_int64(std::int64_t, json::string_view text, json::error_code&) { return Number(text); }
  bool on_uint64(std::uint64_t, json::string_view text, json::error_code&) { return Number(text); }
  bool on_double(double, json::string_view text, json::error_code&) { return Number(text); }
  bool on_bool(bool, json::error_code&) { return Keep(JsonObject::Kind::kBool); }
  bool on_null(json::error_code&) { return Keep(JsonObject::Kind::kNull); }
  bool on_comment_part(json::string_view, json::error_code&) { return true; }
  bool on_comment(json::string_view, json::error_code&) { return true; }

 private:
  void Begin(JsonObject::Kind kind) {
    Keep(kind);
    ++depth_;
  }
  bool Append(json::string_view text) {
    if (depth_ == 1) text_.append(text.data(), std::min(text.size(), kLongestKept + 1 - text_.size()));
    return true;
  }
  bool Number(json::string_view text) {
    Append(text);
    return Keep(JsonObject::Kind::kNumber);
  }
  bool Keep(JsonObject::Kind kind) {
    if (depth_ == 1 && is_object) {
      const bool cut = text_.size() > kLongestKept;
      members.push_back({std::exchange(name_, {}), kind, cut ? std::string() : text_, cut});
    }
    text_.clear();
    return true;
  }

  std::size_t depth_ = 0;
  std::vector<std::vector<Hash128>> names_;  ///< Of each object that is open; at most 100, so a list will do.
  std::string key_;
  std::string name_;
  std::string text_;
};

std::unexpected<BodyError> BadRequest(std::string detail) { return std::unexpected(BodyError{400, std::move(detail)}); }

std::string_view ToString(JsonObject::Kind kind) {
  constexpr std::string_view kNames[] = {"null", "a boolean", "a number", "a string", "an array", "an object"};
  return kNames[static_cast<std::size_t>(kind)];
}

}  // namespace

std::expected<JsonObject, BodyError> ParseJsonObject(std::string_view body) {
  json::parse_options options;
  options.max_depth = kMaxDepth;
  json::basic_parser<ObjectReader> parser(options);
  json::error_code error;
  const std::size_t read = parser.write_some(false, body.data(), body.size(), error);
  const ObjectReader& reader = parser.handler();
  if (reader.repeated) return BadRequest("The JSON object names \"" + *reader.repeated + "\" twice.");
  if (error == json::error::object_too_large) return BadRequest("A JSON object has more than 100 members.");
  if (error == json::error::key_too_large) return BadRequest("The name of a JSON member is longer than 4096 bytes.");
  if (error == json::error::too_deep) return BadRequest("The JSON is nested more than 64 levels deep.");
  if (error) return BadRequest("The body is not valid JSON: " + error.message() + ".");
  if (read < body.size()) return BadRequest("The body is not valid JSON: something follows its end.");
  if (!reader.is_object) return BadRequest("The body must be a JSON object.");
  return JsonObject(std::move(parser.handler().members));
}

std::expected<JsonObject, BodyError> ReadJsonObject(const Request& request) {
  if (request.body.empty()) return BadRequest("There is no body; it must be a JSON object.");
  // A client may say that its JSON is UTF-8, and nothing else (RFC 8259, sections 8.1 and 11).
  if (!IsInUtf8(request.content_type, "application/json")) {
    return std::unexpected(BodyError{415, "The body must be application/json in UTF-8, and Content-Type must say so."});
  }
  return ParseJsonObject(request.body);
}

const JsonObject::Member* JsonObject::Take(std::string_view name) {
  taken_.emplace_back(name);
  const auto member = std::ranges::find(members_, name, &Member::name);
  if (member != members_.end()) return &*member;
  Wrong(name, "is missing");
  return nullptr;
}

void JsonObject::Wrong(std::string_view field, std::string reason) {
  wrong_.push_back({std::string(field), std::move(reason)});
}

std::string JsonObject::TakeString(std::string_view name) {
  const Member* member = Take(name);
  if (member == nullptr) return {};
  if (member->kind == Kind::kString && !member->too_long) return member->text;
  if (member->kind == Kind::kString) {
    Wrong(name, "is far too long");
    return {};
  }
  Wrong(name, "must be a string, not " + std::string(ToString(member->kind)));
  return {};
}

Money JsonObject::TakeMoney(std::string_view name) {
  const Member* member = Take(name);
  if (member == nullptr) return {};
  if (member->kind != Kind::kNumber) {
    Wrong(name, "must be a number, not " + std::string(ToString(member->kind)));
    return {};
  }
  if (member->too_long) {
    Wrong(name, "has far too many digits");
    return {};
  }
  const auto money = Money::Parse(member->text);
  if (money) return *money;
  Wrong(name, money.error().message);
  return {};
}

Result<void> JsonObject::Finish(const Result<void>& rules) const {
  auto wrong = wrong_;
  for (const Member& member : members_) {
    if (std::ranges::find(taken_, member.name) == taken_.end()) wrong.push_back({member.name, "is not known here"});
  }
  if (!rules) {
    for (const FieldError& field : rules.error().fields) {
      if (std::ranges::find(wrong, field.field, &FieldError::field) == wrong.end()) wrong.push_back(field);
    }
  }
  if (wrong.empty()) return {};
  return FailFields(std::move(wrong));
}

}  // namespace demo::http
