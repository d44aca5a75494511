#pragma once

#include <string>
#include <vector>

namespace demo::mongo {

/// Starts libmongoc once for the process and sends what it logs to this program's log. Thread-safe; called by whatever
/// uses the driver first.
void StartDriver();

/// While it lives, what the driver warns of on this thread is kept here instead of being logged: the only way in which
/// it tells of a URI option that it does not know.
class CapturedWarnings {
 public:
  CapturedWarnings();
  ~CapturedWarnings();
  CapturedWarnings(const CapturedWarnings&) = delete;
  CapturedWarnings& operator=(const CapturedWarnings&) = delete;

  [[nodiscard]] const std::vector<std::string>& texts() const { return texts_; }

 private:
  std::vector<std::string> texts_;
};

}  // namespace demo::mongo
