#include <sys/resource.h>
#include <unistd.h>

#include <ctime>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "base/build_info.h"
#include "base/metrics.h"

namespace demo::metrics {
namespace {

struct MemoryBytes {
  double virtual_size = 0;
  double resident = 0;
};

MemoryBytes ReadMemory() {
  std::ifstream statm("/proc/self/statm");
  double virtual_pages = 0;
  double resident_pages = 0;
  statm >> virtual_pages >> resident_pages;
  const auto page = static_cast<double>(::sysconf(_SC_PAGESIZE));
  return {virtual_pages * page, resident_pages * page};
}

double CpuSeconds() {
  timespec used{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) / 1e9;
}

double OpenDescriptors() {
  std::error_code failed;
  double count = 0;
  for (auto entry = std::filesystem::directory_iterator("/proc/self/fd", failed);
       !failed && entry != std::filesystem::directory_iterator(); entry.increment(failed)) {
    ++count;
  }
  return count > 0 ? count - 1 : 0;  // Without the one that this look had open.
}

double MaxDescriptors() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  return static_cast<double>(limit.rlim_cur);
}

}  // namespace

void CollectProcess(Families& families) {
  const MemoryBytes memory = ReadMemory();
  AddCounter(families, "process_cpu_seconds_total", "CPU time used, user and system.", CpuSeconds());
  AddGauge(families, "process_resident_memory_bytes", "Memory that is resident.", memory.resident);
  AddGauge(families, "process_virtual_memory_bytes", "Address space in use.", memory.virtual_size);
  AddGauge(families, "process_open_fds", "Open file descriptors.", OpenDescriptors());
  AddGauge(families, "process_max_fds", "File descriptors that may be open.", MaxDescriptors());
  AddGauge(families, "process_start_time_seconds", "Start of the process, seconds since 1970-01-01 UTC.",
           static_cast<double>(StartedAt()) / 1e3);

  const BuildInfo& build = ThisBuild();
  auto& family = AddFamily(families, "demo_build_info", "What this binary was built from; always 1.",
                           prometheus::MetricType::Gauge);
  AddValue(family, 1,
           {{"version", std::string(build.version)},
            {"commit", std::string(build.commit)},
            {"compiler", std::string(build.compiler)}});
}

}  // namespace demo::metrics
