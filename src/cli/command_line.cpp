#include "cli/command_line.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iostream>
#include <limits>
#include <utility>
#include <vector>

#include "cli/option.h"
#include "config/values.h"

namespace demo {
namespace {

using enum Topic;

constexpr std::array kServed = {kAddress, kFolder, kMongodb, kServer};
constexpr std::array kAsked = {kAddress};
constexpr std::array kStored = {kFolder, kMongodb};
constexpr std::array kCompared = {kMongodb};

struct Description {
  Command command;
  std::string_view name;  ///< Of one word, or of two.
  std::string_view text;
  std::string_view example;  ///< What follows the name.
  std::span<const Topic> topics;
};

constexpr std::array kCommands = {
    Description{Command::kServe, "serve", "Serve requests until SIGTERM (the default)",
                "--port 8080 --data-dir /var/lib/demo-app", kServed},
    Description{Command::kHealthcheck, "healthcheck", "Ask the service on PORT whether it may take traffic",
                "--port 8080", kAsked},
    Description{Command::kLoad, "load", "Fill the store with realistic, reproducible data",
                "--users 1000 --orders 100000", kStored},
    Description{Command::kMigrate, "migrate", "Bring old user records to the present schema version",
                "--data-dir /var/lib/demo-app", kStored},
    Description{Command::kClusterApply,
                "cluster apply",
                "Do what a MongoDB cluster lacks; safe to repeat and to interrupt",
                "--topology cluster.json --dry-run",
                {}},
    Description{Command::kClusterStatus, "cluster status", "Say what is there, what is wrong and what to do about it",
                "--topology cluster.json --format json", kCompared},
    Description{Command::kVersion, "version", "Say what was built, and from what (--version does, too)", "", {}},
};

Option Number(std::string_view name, std::string_view meaning, auto& target, auto least, auto most, bool required) {
  using Value = std::remove_reference_t<decltype(target)>;
  return {.name = std::string(name),
          .type = "NUMBER",
          .meaning = std::string(meaning),
          .wants = fmt::format("a number from {} to {}", least, most),
          .usual = required ? "" : std::to_string(target),
          .variable = "",
          .required = required,
          .apply = [&target, least, most](std::string_view value) {
            return SetTo(target, ReadNumber<Value>(value, Value(least), Value(most)));
          }};
}

Option Switch(std::string name, std::string meaning, bool& target) {
  return {.name = std::move(name),
          .type = "",
          .meaning = std::move(meaning),
          .wants = "",
          .usual = "",
          .variable = "",
          .apply = [&target](std::string_view) { return target = true; }};
}

std::vector<Option> LoadOptionsOf(CommandLine::Load& load) {
  constexpr std::int64_t kMost = 1'000'000'000;
  return {Number("--users", "How many users", load.users, 1, kMost, true),
          Number("--orders", "How many orders", load.orders, 0, kMost, true),
          Number("--seed", "The same seed makes the same data", load.seed, 0, std::numeric_limits<std::uint64_t>::max(),
                 false)};
}

bool SetFormat(bool& json, std::string_view value) {
  const std::string format = LowerCase(value);
  json = format == "json";
  return json || format == "text";
}

std::vector<Option> ClusterOptionsOf(ClusterOptions& cluster, Command command) {
  std::vector<Option> options = {
      {.name = "--topology",
       .type = "FILE",
       .meaning = "What the cluster is to be",
       .wants = "a JSON file",
       .usual = "the cluster of the Kubernetes manifests",
       .variable = "",
       .apply =
           [&cluster](std::string_view value) {
             cluster.topology = value;
             return !value.empty();
           }},
      {.name = "--format",
       .type = "FORMAT",
       .meaning = "The form of what is printed",
       .wants = "text or json",
       .usual = "text",
       .variable = "",
       .apply = [&cluster](std::string_view value) { return SetFormat(cluster.json, value); }}};
  if (command == Command::kClusterStatus) {
    options.push_back(Switch("--watch", "Go on until every chunk is where it belongs", cluster.watch));
  } else {
    options.push_back(Switch("--dry-run", "Only say what would be done", cluster.dry_run));
    options.push_back(
        Number("--deadline", "Seconds without progress after which it gives up", cluster.deadline, 1, 86'400, false));
  }
  return options;
}

std::vector<Option> OptionsOf(const Description& command, CommandLine& line) {
  std::vector<Option> options;
  if (command.command == Command::kLoad) options = LoadOptionsOf(line.load);
  if (command.name.starts_with("cluster ")) options = ClusterOptionsOf(line.cluster, command.command);
  for (Option& setting : SettingOptions(command.topics, line.flags)) options.push_back(std::move(setting));
  return options;
}

/// The commands whose names begin with `first`, all where it is empty.
std::string Overview(std::string_view first) {
  std::string text = fmt::format("Usage: demo-app {}COMMAND [OPTIONS]\n\n", first);
  for (const Description& each : kCommands) {
    if (each.name.starts_with(first)) text += fmt::format("  {:<16}{}\n", each.name, each.text);
  }
  return text +
         "\ndemo-app COMMAND --help lists what a command takes.\n"
         "Exit status: 0 done, 1 failed, 2 wrong usage or configuration.\n";
}

std::string HelpOf(const Description& command, std::span<const Option> options) {
  std::string text =
      fmt::format("Usage: demo-app {} [OPTIONS]\n\n{}.\n\n{}", command.name, command.text, Describe(options));
  if (!command.topics.empty()) text += "\nAn option wins over its variable of the environment.\n";
  if (!command.example.empty()) text += fmt::format("\nExample: demo-app {} {}\n", command.name, command.example);
  return text;
}

int Print(std::string_view text) {
  std::cout << text;
  return 0;
}

int Refuse(std::string_view what) {
  std::cerr << "demo-app: " << what << '\n';
  return 2;
}

int RefuseCommand(std::string_view name, std::string_view first) {
  std::vector<std::string_view> names;
  for (const Description& each : kCommands) {
    if (each.name.starts_with(first)) names.push_back(each.name);
  }
  return Refuse(fmt::format("got the command {}, wants one of {}", Shown(name), fmt::join(names, ", ")));
}

/// Takes the command off the front of `words`: serve, where they begin with an option.
std::expected<const Description*, int> TakeCommand(std::vector<std::string_view>& words) {
  if (words.front() == "--version") words.front() = "version";
  if (words.front().starts_with('-')) words.insert(words.begin(), "serve");
  std::string name(words.front());
  std::string_view first;
  words.erase(words.begin());
  if (name == "cluster") {
    first = "cluster ";
    if (words.empty()) return std::unexpected(Refuse("cluster: got no command, wants apply or status"));
    if (words.front() == "--help" || words.front() == "-h") return std::unexpected(Print(Overview(first)));
    name += fmt::format(" {}", words.front());
    words.erase(words.begin());
  }
  const auto found = std::ranges::find(kCommands, name, &Description::name);
  if (found == kCommands.end()) return std::unexpected(RefuseCommand(name, first));
  return &*found;
}

}  // namespace

std::expected<CommandLine, int> ParseCommandLine(int argc, const char* const* argv) {
  std::vector<std::string_view> words(argv + std::min(argc, 1), argv + argc);
  if (words.empty()) words.emplace_back("serve");
  // "--help load" is "load --help".
  const bool asks = words.front() == "--help" || words.front() == "-h";
  if (asks && words.size() == 1) {
    return std::unexpected(
        Print("demo-app: a users and orders service that shows how a distributed system is built.\n\n" + Overview("")));
  }
  if (asks) std::swap(words[0], words[1]);
  const auto command = TakeCommand(words);
  if (!command) return std::unexpected(command.error());
  CommandLine line;
  line.command = (*command)->command;
  line.topics = (*command)->topics;
  const std::vector<Option> options = OptionsOf(**command, line);
  const auto read = ReadOptions(options, words);
  if (!read) return std::unexpected(Refuse(fmt::format("{}: {}", (*command)->name, read.error().message)));
  if (*read) return std::unexpected(Print(HelpOf(**command, options)));
  return line;
}

}  // namespace demo
