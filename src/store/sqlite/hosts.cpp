#include "store/sqlite/hosts.h"

namespace demo::sqlite {

bool Hosts::Renew(const Host& host, std::chrono::seconds lifetime, SteadyTime now) {
  const std::lock_guard lock(mutex_);
  const bool any_gone = std::erase_if(entries_, [&](const auto& entry) { return entry.second.expires <= now; }) > 0;
  auto& entry = entries_[host.pod];
  const bool is_new = entry.expires == SteadyTime() || entry.host != host;
  entry = {host, now, now + lifetime};
  return any_gone || is_new;
}

void Hosts::Remove(const std::string& pod) {
  const std::lock_guard lock(mutex_);
  entries_.erase(pod);
}

std::vector<Host> Hosts::List(SteadyTime now) const {
  const std::lock_guard lock(mutex_);
  std::vector<Host> hosts;
  for (const auto& [pod, entry] : entries_) {
    if (entry.expires <= now) continue;
    hosts.push_back(entry.host);
    hosts.back().silence = std::chrono::floor<std::chrono::milliseconds>(now - entry.renewed);
  }
  return hosts;
}

}  // namespace demo::sqlite
