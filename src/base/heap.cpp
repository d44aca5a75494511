#include "base/heap.h"

#include <malloc.h>
#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <limits>
#include <mutex>
#include <string>

namespace demo {
namespace {

constexpr std::size_t kNoLimit = std::numeric_limits<std::size_t>::max();

/// The number that a file holds; "max", or no such file, is no limit.
std::size_t LimitIn(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::size_t limit = 0;
  return in >> limit ? limit : kNoLimit;
}

/// The least limit of a control group and of those that it lies in. In a container the hierarchy may begin with it:
/// then `group` leads nowhere, and the mount's own file says it.
std::size_t LimitOfGroup(const std::filesystem::path& mount, std::string group, const char* file) {
  std::size_t limit = LimitIn(mount / file);
  for (; group.size() > 1; group.resize(group.rfind('/')))
    limit = std::min(limit, LimitIn(mount.string() + group + "/" + file));
  return limit;
}

/// Of both versions of control groups: "0::/a/b", "4:memory:/a/b".
std::size_t LimitOfControlGroups() {
  std::size_t limit = kNoLimit;
  std::ifstream groups("/proc/self/cgroup");
  for (std::string line; std::getline(groups, line);) {
    const std::size_t path = line.find('/');
    if (path == std::string::npos) continue;
    if (line.starts_with("0::"))
      limit = std::min(limit, LimitOfGroup("/sys/fs/cgroup", line.substr(path), "memory.max"));
    if (line.find(":memory:") == std::string::npos) continue;
    limit = std::min(limit, LimitOfGroup("/sys/fs/cgroup/memory", line.substr(path), "memory.limit_in_bytes"));
  }
  return limit;
}

std::size_t LimitOfAddressSpace() {
  rlimit limit{};
  if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return kNoLimit;
  return limit.rlim_cur;
}

std::size_t MachineMemory() {
  return static_cast<std::size_t>(sysconf(_SC_PHYS_PAGES)) * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

}  // namespace

std::size_t MemoryLimit() {
  static const std::size_t limit = std::min({LimitOfControlGroups(), LimitOfAddressSpace(), MachineMemory()});
  return limit;
}

void ReturnLargeBlocks() {
  constexpr int kLargeBlock = 64 * 1024;
  mallopt(M_MMAP_THRESHOLD, kLargeBlock);
  mallopt(M_TRIM_THRESHOLD, 2 * kLargeBlock);
}

HeapTrimmer::HeapTrimmer(const MemoryBudget& budget)
    : budget_(budget), thread_([this](const std::stop_token& stop) { Run(stop); }) {}

void HeapTrimmer::Run(const std::stop_token& stop) const {
  pthread_setname_np(pthread_self(), "heap");
  constexpr std::chrono::seconds kBetweenLooks{1};
  // Not a share of what is used: a full cache is always used.
  const std::size_t worth_it = std::max<std::size_t>(512UL * 1024, budget_.limit() / 64);
  std::mutex mutex;
  std::condition_variable_any wake;
  std::unique_lock lock(mutex);
  // What is freed late is little, and lies between what stays: it is given back once all is calm.
  constexpr int kLooksAfter = 5;
  std::size_t peak = 0;
  int left = 0;
  while (!wake.wait_for(lock, stop, kBetweenLooks, [&stop] { return stop.stop_requested(); })) {
    const std::size_t used = budget_.used();
    peak = std::max(peak, used);
    if (peak - used >= worth_it) {
      left = kLooksAfter;
    } else if (left == 0 || --left > 0) {
      continue;
    }
    malloc_trim(0);
    peak = used;
  }
}

}  // namespace demo
