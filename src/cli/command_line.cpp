#include "cli/command_line.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <array>
#include <iostream>

namespace demo {
namespace {

struct Description {
  Command command;
  const char* name;
  const char* text;
};

constexpr std::array kCommands = {
    Description{Command::kServe, "serve", "Serve requests until SIGTERM (the default)"},
    Description{Command::kHealthcheck, "healthcheck", "Ask the service on PORT whether it may take traffic"},
    Description{Command::kLoad, "load", "Fill the store with realistic, reproducible data"},
    Description{Command::kMigrate, "migrate", "Bring old user records to the present schema version"},
    Description{Command::kVersion, "version", "Say what was built, and from what"},
};

void AddSettings(CLI::App& app, CommandLine& line) {
  for (const Setting& setting : Settings()) {
    const std::string variable(setting.variable);
    app.add_option_function<std::string>(
           setting.Flag(), [&line, variable](const std::string& value) { line.flags[variable] = value; },
           fmt::format("{} (or {} in the environment)", setting.wants, variable))
        ->group("Settings");
  }
}

void AddLoadOptions(CLI::App& app, CommandLine::Load& load) {
  constexpr std::int64_t kMost = 1'000'000'000;
  app.add_option("--users", load.users, "How many users")->required()->check(CLI::Range(std::int64_t{1}, kMost));
  app.add_option("--orders", load.orders, "How many orders")->required()->check(CLI::Range(std::int64_t{0}, kMost));
  app.add_option("--seed", load.seed, "The same seed makes the same data")->capture_default_str();
}

void AddClusterOptions(CLI::App& app, ClusterOptions& options) {
  app.add_option("--topology", options.topology, "What the cluster is to be: a JSON file (default: the built-in one)");
  app.add_option_function<std::string>(
         "--format", [&options](const std::string& format) { options.json = format == "json"; }, "text or json")
      ->check(CLI::IsMember({"text", "json"}));
}

void AddClusterCommands(CLI::App& app, CommandLine& line) {
  CLI::App* cluster = app.add_subcommand("cluster", "Bring up, check and grow a MongoDB cluster");
  cluster->require_subcommand(1);
  CLI::App* apply = cluster->add_subcommand("apply", "Do what is missing; safe to repeat and to interrupt");
  AddClusterOptions(*apply, line.cluster);
  apply->add_flag("--dry-run", line.cluster.dry_run, "Only say what would be done");
  apply->add_option("--deadline", line.cluster.deadline, "Give up after so many seconds without progress")
      ->check(CLI::Range(1, 86'400))
      ->capture_default_str();
  apply->callback([&line] { line.command = Command::kClusterApply; });
  CLI::App* status = cluster->add_subcommand("status", "Say what is there, what is wrong and what to do about it");
  AddClusterOptions(*status, line.cluster);
  status->add_flag("--watch", line.cluster.watch, "Until every chunk is where it belongs");
  status->callback([&line] { line.command = Command::kClusterStatus; });
}

}  // namespace

std::expected<CommandLine, int> ParseCommandLine(int argc, const char* const* argv) {
  CommandLine line;
  CLI::App app("A users and orders service that shows how a distributed system is built.", "demo-app");
  app.require_subcommand(0, 1);
  AddSettings(app, line);
  for (const Description& description : kCommands) {
    CLI::App* command = app.add_subcommand(description.name, description.text);
    command->callback([&line, &description] { line.command = description.command; });
    if (description.command != Command::kVersion) AddSettings(*command, line);
    if (description.command == Command::kLoad) AddLoadOptions(*command, line.load);
  }
  AddClusterCommands(app, line);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& help) {
    return std::unexpected(app.exit(help));
  } catch (const CLI::ParseError& error) {
    std::cerr << "demo-app: " << error.what() << " (--help lists what there is)\n";
    return std::unexpected(2);
  }
  return line;
}

}  // namespace demo
