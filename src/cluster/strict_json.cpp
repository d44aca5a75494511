#include "cluster/strict_json.h"

#include <fmt/format.h>

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/parse.hpp>
#include <set>
#include <string>
#include <vector>

namespace demo::cluster {
namespace {

namespace json = boost::json;

/// Looks at the names only; Boost.JSON calls it as it reads.
class NameReader {
 public:
  static constexpr std::size_t max_object_size = 10'000;
  static constexpr std::size_t max_array_size = 10'000;
  static constexpr std::size_t max_key_size = 1024;
  static constexpr std::size_t max_string_size = 64 * 1024;

  std::string repeated;  ///< The name that stood twice, where one did.

  bool on_document_begin(json::error_code&) { return true; }
  bool on_document_end(json::error_code&) { return true; }
  bool on_object_begin(json::error_code&) {
    names_.emplace_back();
    return true;
  }
  bool on_object_end(std::size_t, json::error_code&) {
    names_.pop_back();
    return true;
  }
  bool on_array_begin(json::error_code&) { return true; }
  bool on_array_end(std::size_t, json::error_code&) { return true; }
  bool on_key_part(json::string_view text, std::size_t, json::error_code&) {
    key_.append(text.data(), text.size());
    return true;
  }
  bool on_key(json::string_view text, std::size_t, json::error_code& error) {
    key_.append(text.data(), text.size());
    if (!names_.back().insert(key_).second) {
      repeated = key_;
      error = json::make_error_code(json::error::syntax);
      return false;
    }
    key_.clear();
    return true;
  }
  bool on_string_part(json::string_view, std::size_t, json::error_code&) { return true; }
  bool on_string(json::string_view, std::size_t, json::error_code&) { return true; }
  bool on_number_part(json::string_view, json::error_code&) { return true; }
  bool on_int64(std::int64_t, json::string_view, json::error_code&) { return true; }
  bool on_uint64(std::uint64_t, json::string_view, json::error_code&) { return true; }
  bool on_double(double, json::string_view, json::error_code&) { return true; }
  bool on_bool(bool, json::error_code&) { return true; }
  bool on_null(json::error_code&) { return true; }
  bool on_comment_part(json::string_view, json::error_code&) { return true; }
  bool on_comment(json::string_view, json::error_code&) { return true; }

 private:
  std::vector<std::set<std::string>> names_;
  std::string key_;
};

}  // namespace

Result<json::value> ParseStrictJson(std::string_view text) {
  json::basic_parser<NameReader> names(json::parse_options{});
  json::error_code error;
  names.write_some(false, text.data(), text.size(), error);
  if (!names.handler().repeated.empty()) {
    return Fail(ErrorCode::kInvalid, fmt::format("names \"{}\" twice", names.handler().repeated));
  }
  json::value value;
  if (!error) value = json::parse({text.data(), text.size()}, error);
  if (error) return Fail(ErrorCode::kInvalid, fmt::format("is no JSON ({})", error.message()));
  return value;
}

}  // namespace demo::cluster
