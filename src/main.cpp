#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <thread>

#include "base/build_info.h"
#include "base/heap.h"
#include "base/log.h"
#include "base/memory_budget.h"
#include "base/shutdown.h"
#include "base/standard_streams.h"
#include "cache/redis/redis_tier.h"
#include "cache/response_cache.h"
#include "cli/cluster.h"
#include "cli/command_line.h"
#include "cli/healthcheck.h"
#include "cli/load.h"
#include "config/config.h"
#include "config/misspelt.h"
#include "http/access_log.h"
#include "http/dispatcher.h"
#include "http/handlers/home_parts.h"
#include "http/request_metrics.h"
#include "http/request_observer.h"
#include "http/route.h"
#include "http/server.h"
#include "http/service_metrics.h"
#include "service/change_feed.h"
#include "service/health.h"
#include "service/host_info.h"
#include "service/host_registry.h"
#include "service/live_stats.h"
#include "service/services.h"
#include "service/topology_watch.h"
#include "store/measured_store.h"
#include "store/mongo/mongo_store.h"
#include "store/sqlite/sqlite_store.h"

namespace demo {
namespace {

// Exit statuses, as the contract has them.
constexpr int kDone = 0;
constexpr int kFailed = 1;
constexpr int kWrong = 2;

int Say(const Error& error) {
  std::cerr << "demo-app: " << error.message << '\n';
  return error.code == ErrorCode::kInvalid ? kWrong : kFailed;
}

Result<std::unique_ptr<Store>> OpenStore(const Config& config, const SqliteOptions& options = {}) {
  if (!config.mongodb_uri.empty()) return OpenMongoStore(config.mongodb_uri);
  auto store = OpenSqliteStore(config.data_dir, options);
  if (store || store.error().code != ErrorCode::kInvalid) return store;
  return Fail(ErrorCode::kInvalid, fmt::format("DATA_DIR: got \"{}\", wants a folder that can be written ({})",
                                               config.data_dir, store.error().message));
}

std::string Url(const Config& config, std::uint16_t port) {
  const bool is_v6 = config.bind.find(':') != std::string::npos;
  return fmt::format("http://{}:{}", is_v6 ? "[" + config.bind + "]" : config.bind, port);
}

Host ThisHost(const Config& config) {
  return {config.instance, WriteHostInfo({std::string(ThisBuild().version), getpid(), StartedAt()})};
}

/// Stands between SIGTERM and the end: unready, a while of serving on, then no more than the deadline.
void Drain(const Config& config, int signal, HealthMonitor& health, http::Server& server) {
  log::Info("draining", {{"signal", signal}, {"connections", server.open_connections()}});
  health.BeginDrain();
  server.BeginDrain();
  std::this_thread::sleep_for(config.drain_delay);
  const int cut = server.Stop(config.drain_deadline);
  log::Info("stopped serving", {{"cut_connections", cut}});
}

std::vector<std::string_view> RouteTemplates() {
  std::vector<std::string_view> templates;
  for (const http::Route& route : http::Routes()) templates.push_back(route.path);
  return templates;
}

/// Null where the cache is this process' own: nothing is shared, or nothing is cached.
std::unique_ptr<redis::RedisTier> ShareCache(const Config& config, ResponseCache& cache, Store& store) {
  if (!config.redis.wanted() || config.cache_mib == 0) return nullptr;
  RedisOptions options;
  options.host = config.redis.host;
  options.sentinels = config.redis.sentinels;
  options.master_name = config.redis.master_name;
  options.username = config.redis.username;
  options.password = config.redis.password;
  options.space = "demo-app:" + config.environment;
  // A store of this process alone is nobody else's, and may have been changed while no process ran.
  if (store.shared_register() == nullptr) options.space += fmt::format(":{}-{}", config.instance, StartedAt());
  options.build = fmt::format("{}-{}", ThisBuild().version, ThisBuild().commit);
  options.connections = static_cast<std::size_t>(config.workers);
  auto tier = std::make_unique<redis::RedisTier>(options, cache, store.shared_register());
  // A change of this process, its own registration to begin with, is then heard by the others at once. Redis down is no
  // reason not to start.
  tier->AwaitUse(std::chrono::milliseconds(500));
  return tier;
}

/// An address that this machine does not have is a wrong value; a port that is taken may be free later.
Error CannotListen(const Config& config, const Error& error) {
  if (error.code != ErrorCode::kInvalid) return error;
  return {ErrorCode::kInvalid,
          fmt::format("BIND: got \"{}\", wants an address of this machine ({})", config.bind, error.message),
          {}};
}

/// What clients can make this process hold: what is asked for, or a share of its memory; and the cache.
std::size_t ClientMemory(const Config& config) {
  constexpr std::size_t kMiB = 1024UL * 1024;
  std::size_t buffers = config.buffer_mib * kMiB;
  if (buffers == 0) buffers = std::clamp(MemoryLimit() / 8 * 3, 8 * kMiB, 256 * kMiB);
  return buffers + config.cache_mib * kMiB;
}

int Serve(const Config& config, ShutdownSignals& signals) {
  ReturnLargeBlocks();
  MemoryBudget& memory = MemoryBudget::OfProcess();
  memory.SetLimit(ClientMemory(config));
  const HeapTrimmer trimmer(memory);
  StoreMetrics store_metrics(config.mongodb_uri.empty() ? "sqlite" : "mongodb");
  auto opened = OpenStore(config);
  if (!opened) return Say(opened.error());
  const auto store = MeasureStore(std::move(*opened), store_metrics);

  ResponseCache cache({.max_bytes = config.cache_mib * 1024 * 1024});
  const auto shared_tier = ShareCache(config, cache, *store);
  HealthMonitor health([&store] { return store->Ping(); });
  TopologyWatch topology([&store] { return store->DescribeTopology(); });
  HostsWatch instances([&store] { return store->ListHosts(); });
  LiveStats live;
  metrics::Registry registry;
  Services services{config, *store, cache, health, live, topology, instances, registry};

  http::RequestMetrics request_metrics(RouteTemplates());
  std::optional<http::AccessLog> access_log;
  if (log::Enabled(log::Level::kInfo)) access_log.emplace(RouteTemplates());
  http::RequestObserver observer(request_metrics, access_log ? &*access_log : nullptr);

  http::Dispatcher dispatcher(
      http::Routes(), cache, services,
      {.admin_token = config.admin_token, .workers = config.workers, .queue = static_cast<std::size_t>(config.queue)},
      &observer);
  auto server = http::Server::Start({.bind = config.bind,
                                     .port = config.port,
                                     .loops = config.loops,
                                     .instance = config.instance,
                                     .idle_deadline = config.idle_timeout},
                                    dispatcher);
  if (!server) return Say(CannotListen(config, server.error()));

  const http::MetricSources sources{&request_metrics, &store_metrics, &cache,
                                    &dispatcher,      server->get(),  access_log ? &*access_log : nullptr};
  http::RegisterMetrics(registry, sources);
  const auto watchers = [&server] { return (*server)->open_event_streams(); };
  const auto publish = [&server](std::shared_ptr<const std::string> event) { (*server)->Publish(std::move(event)); };
  std::jthread publishing = live.Start({[sources] { return http::ReadLiveCounters(sources); }, watchers, publish});
  auto drawn = std::make_unique<ChangeFeed>(
      ChangeFeed::Hooks{[&services] { return http::DrawHomeParts(services); }, watchers, publish});
  HostRegistry hosts(*store, ThisHost(config), [&] {
    cache.RaiseTag(Tag::kHosts);
    instances.Refresh();
  });
  // For whoever started this and waits for it; the log may be elsewhere, or off.
  std::cout << "listening on " << Url(config, (*server)->port()) << std::endl;

  const int signal = signals.Wait();
  hosts.BeginDrain();
  Drain(config, signal, health, **server);
  // All before any is waited for: a store that does not answer keeps them at the same time.
  health.EndLooks();
  topology.EndLooks();
  instances.EndLooks();
  publishing = {};
  drawn.reset();
  server->reset();  // with the workers, which hold its tickets
  return kDone;
}

/// Instances that serve from `store` keep answers which this process has just made old, and would not hear of it.
void TellInstances(Store& store) {
  if (SharedRegister* const shared = store.shared_register()) static_cast<void>(shared->Write({}));
}

int Migrate(const Config& config) {
  const auto store = OpenStore(config);
  if (!store) return Say(store.error());
  const auto migrated = (*store)->MigrateUsers({});
  if (!migrated) return Say(migrated.error());
  TellInstances(**store);
  std::cout << fmt::format("Migration completed: {} users\n", *migrated);
  return kDone;
}

int Load(const Config& config, const CommandLine::Load& wanted) {
  const auto store = OpenStore(config, SqliteBulkOptions());
  if (!store) return Say(store.error());
  const LoadOptions options{.users = wanted.users, .orders = wanted.orders, .seed = wanted.seed};
  const int status = RunLoad(**store, options, std::cout, isatty(STDOUT_FILENO) == 1, StopOnSignal());
  TellInstances(**store);
  return status;
}

int Healthcheck(const Config& config) {
  const auto health = CheckHealth(config.bind, config.port);
  return health ? kDone : Say(health.error());
}

int Version() {
  const BuildInfo& build = ThisBuild();
  std::cout << fmt::format("demo-app {} ({}, {}, {})\n", build.version, build.commit, build.build_type, build.compiler);
  for (const auto& [name, version] : build.libraries) std::cout << fmt::format("{} {}\n", name, version);
  return kDone;
}

std::optional<std::string> FromEnvironment(std::string_view variable) {
  const char* value = std::getenv(std::string(variable).c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

/// Of `cluster status` the configuration has the service's URI, which it holds against the cluster.
int Cluster(const CommandLine& line, const Config& config) {
  ClusterOptions options = line.cluster;
  options.terminal = isatty(STDOUT_FILENO) == 1;
  options.mongodb_uri = config.mongodb_uri;
  const auto stop = [&stopped = StopOnSignal()] { return stopped.load(); };
  const auto run = line.command == Command::kClusterApply ? RunClusterApply : RunClusterStatus;
  return run(options, std::cout, std::cerr, stop);
}

void TellMisspelt(std::span<const Topic> topics) {
  for (const auto& [variable, meant] : FindMisspelt(environ, topics)) {
    log::Warning("a variable of the environment is not read", {{"variable", variable}, {"did_you_mean", meant}});
  }
}

int RunServe(const Config& config, std::span<const Topic> topics) {
  ShutdownSignals signals;
  log::Start({.level = config.log_level, .format = config.log_format});
  TellMisspelt(topics);
  const int status = Serve(config, signals);
  log::Stop(std::chrono::seconds(2));
  return status;
}

int Run(int argc, const char* const* argv) {
  const auto line = ParseCommandLine(argc, argv);
  if (!line) return line.error();
  const auto from_flags = [&line](std::string_view variable) {
    const auto flag = line->flags.find(variable);
    return flag == line->flags.end() ? std::nullopt : std::optional(flag->second);
  };
  const auto config = ReadConfig(line->topics, from_flags, FromEnvironment);
  if (!config) return Say(config.error());
  if (line->command == Command::kServe) return RunServe(*config, line->topics);
  TellMisspelt(line->topics);
  switch (line->command) {
    case Command::kVersion:
      return Version();
    case Command::kHealthcheck:
      return Healthcheck(*config);
    case Command::kMigrate:
      return Migrate(*config);
    case Command::kLoad:
      return Load(*config, line->load);
    default:
      return Cluster(*line, *config);
  }
}

}  // namespace
}  // namespace demo

int main(int argc, char** argv) {
  try {
    demo::OpenStandardStreams();
    return demo::Run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "demo-app: " << error.what() << '\n';
    return demo::kFailed;
  }
}
