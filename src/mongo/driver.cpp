#include "mongo/driver.h"

#include <cstdlib>
#include <mutex>
#include <string_view>

#include "base/faults.h"
#include "base/log.h"
#include "mongo/handles.h"

namespace demo::mongo {
namespace {

thread_local std::vector<std::string>* captured = nullptr;

/// A session that nobody ends ends by itself after half an hour; a server that is gone, or was never logged in to, is
/// no news at a client's end.
bool IsAboutEndingSessions(std::string_view message) { return message.starts_with("Couldn't send \"endSessions\""); }

void OnLog(mongoc_log_level_t level, const char* domain, const char* message) {
  if (level > MONGOC_LOG_LEVEL_WARNING || IsAboutEndingSessions(message)) return;
  if (captured != nullptr) {
    captured->emplace_back(message);
    return;
  }
  static log::Throttle throttle;
  log::Warning(throttle, "the MongoDB driver warns", {{"part", std::string(domain)}, {"text", std::string(message)}});
}

}  // namespace

void StartDriver() {
  static std::once_flag once;
  // Without mongoc_cleanup: at the process's end threads may still hold clients, and the memory goes with the process.
  std::call_once(once, [] {
    // Its counters, which nobody here reads, would be a file in shared memory that a killed process leaves behind.
    setenv("MONGOC_DISABLE_SHM", "1", 0);
    mongoc_init();
    // Called in C, through which nothing may be thrown.
    mongoc_log_set_handler([](mongoc_log_level_t level, const char* domain, const char* message,
                              void* /*data*/) { Survive("mongodb", [&] { OnLog(level, domain, message); }); },
                           nullptr);
  });
}

CapturedWarnings::CapturedWarnings() { captured = &texts_; }
CapturedWarnings::~CapturedWarnings() { captured = nullptr; }

}  // namespace demo::mongo
