#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace demo {

struct Config;

/// What a setting is about: a command reads those of its own only.
enum class Topic : std::uint8_t { kAddress, kFolder, kMongodb, kServer };

/// One setting: a variable of the environment and the flag of the same name ("DATA_DIR" and "--data-dir").
struct Setting {
  std::string_view variable;
  Topic topic;
  std::string_view type;                           ///< Of its value, in one word: "NUMBER".
  std::string_view meaning;                        ///< What it is for.
  std::string_view wants;                          ///< As it completes "wants …": "a number from 0 to 65535".
  std::string_view usual;                          ///< What holds where it is not given; empty: nothing does.
  bool (*apply)(Config&, std::string_view value);  ///< False when the value is none of what it wants.
  bool secret = false;                             ///< Its value is never shown.

  [[nodiscard]] std::string Flag() const;
};

std::span<const Setting> Settings();

/// Whether a command that is about `topics` reads `setting`.
bool IsAbout(const Setting& setting, std::span<const Topic> topics);

}  // namespace demo
