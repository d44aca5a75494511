#include "store/mongo/router_answers.h"

#include <algorithm>

namespace demo::mongo {

std::vector<std::string> RouterAnswers::Nameless(const std::map<std::string, std::uint32_t>& answering) {
  std::erase_if(names_, [&](const auto& entry) { return !answering.contains(entry.first); });
  std::vector<std::string> nameless;
  for (const auto& [address, number] : answering) {
    if (!names_.contains(address)) nameless.push_back(address);
  }
  return nameless;
}

void RouterAnswers::Mark(bool complete, std::vector<Topology::Router>& routers) {
  std::set<std::string> answering;
  for (const auto& [address, name] : names_) answering.insert(name);
  for (Topology::Router& router : routers) {
    if (answering.contains(router.name)) {
      met_.insert(router.name);
      router.answers = true;
    } else if (complete && met_.contains(router.name)) {
      router.answers = false;
    }
  }
  std::erase_if(met_, [&](const std::string& name) {
    return std::ranges::find(routers, name, &Topology::Router::name) == routers.end();
  });
}

}  // namespace demo::mongo
