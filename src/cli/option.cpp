#include "cli/option.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "config/misspelt.h"
#include "config/values.h"

namespace demo {
namespace {

std::unexpected<Error> Wrong(std::string message) { return Fail(ErrorCode::kInvalid, std::move(message)); }

std::unexpected<Error> WrongName(std::span<const Option> options, std::string_view name) {
  for (const Option& option : options) {
    if (IsNear(name, option.name)) {
      return Wrong(fmt::format("{}: got an option that is unknown, wants {}?", Shown(name), option.name));
    }
  }
  return Wrong(fmt::format("{}: got an option that is unknown, wants one of those that --help lists", Shown(name)));
}

/// Reads the words of one command line.
class Reader {
 public:
  Reader(std::span<const Option> options, std::span<const std::string_view> words) : options_(options), words_(words) {}

  Result<bool> Read() {
    while (!words_.empty()) {
      const std::string_view word = Next();
      if (word == "--help" || word == "-h") return true;
      if (!word.starts_with('-')) return WrongWord(word);
      if (auto read = ReadOption(word); !read) return Fail(read.error());
    }
    for (const Option& option : options_) {
      if (!option.required || given_.contains(option.name)) continue;
      return Wrong(fmt::format("{}: got nothing, wants {}", option.name, option.wants));
    }
    return false;
  }

 private:
  std::string_view Next() {
    const std::string_view word = words_.front();
    words_ = words_.subspan(1);
    return word;
  }

  Result<void> ReadOption(std::string_view word) {
    const std::size_t equals = word.find('=');
    const std::string_view name = word.substr(0, equals);
    const auto option = std::ranges::find(options_, name, &Option::name);
    if (option == options_.end()) return WrongName(options_, name);
    if (!given_.insert(option->name).second) return Wrong(fmt::format("{}: got it twice, wants it once", name));
    secret_ = secret_ || option->secret || option->type == "FILE";
    const auto value = Value(*option, word, equals);
    if (!value) return Fail(value.error());
    if (option->apply(*value)) return {};
    return Wrong(fmt::format("{}: got {}, wants {}", name, Shown(*value), option->wants));
  }

  Result<std::string_view> Value(const Option& option, std::string_view word, std::size_t equals) {
    const bool has_value = equals != std::string_view::npos;
    if (option.type.empty()) {
      if (has_value) return Wrong(fmt::format("{}: got a value, wants none", option.name));
      return std::string_view();
    }
    if (has_value) return word.substr(equals + 1);
    if (words_.empty() || words_.front().starts_with("--")) {
      return Wrong(fmt::format("{}: got nothing, wants {}", option.name, option.wants));
    }
    return Next();
  }

  /// The second half of a secret with a space in it is a word of its own.
  std::unexpected<Error> WrongWord(std::string_view word) const {
    return Wrong(fmt::format("got {} that belongs to no option, wants options only (--help lists them)",
                             secret_ ? "a word that is not shown and" : fmt::format("the word {}", Shown(word))));
  }

  std::span<const Option> options_;
  std::span<const std::string_view> words_;
  std::set<std::string_view> given_;
  bool secret_ = false;  ///< An option that may have a secret was given.
};

}  // namespace

std::vector<Option> SettingOptions(std::span<const Topic> topics,
                                   std::map<std::string, std::string, std::less<>>& flags) {
  std::vector<Option> options;
  for (const Setting& setting : Settings()) {
    if (!IsAbout(setting, topics)) continue;
    options.push_back({.name = setting.Flag(),
                       .type = std::string(setting.type),
                       .meaning = std::string(setting.meaning),
                       .wants = std::string(setting.wants),
                       .usual = setting.usual.empty() ? "unset" : std::string(setting.usual),
                       .variable = std::string(setting.variable),
                       .secret = setting.secret,
                       .apply = [&flags, variable = std::string(setting.variable)](std::string_view value) {
                         flags[variable] = value;
                         return true;
                       }});
  }
  return options;
}

Result<bool> ReadOptions(std::span<const Option> options, std::span<const std::string_view> words) {
  return Reader(options, words).Read();
}

std::string Describe(std::span<const Option> options) {
  std::string text;
  for (const Option& option : options) {
    text += fmt::format("  {}{}{}\n      {}", option.name, option.type.empty() ? "" : " ", option.type, option.meaning);
    if (!option.wants.empty()) text += fmt::format(": {}", option.wants);
    if (!option.variable.empty()) text += fmt::format("; {} in the environment", option.variable);
    if (!option.usual.empty()) text += fmt::format("; default: {}", option.usual);
    text += option.required ? "; has to be given\n" : "\n";
  }
  return text;
}

}  // namespace demo
