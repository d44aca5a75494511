#pragma once

#include <sqlite3.h>

#include <atomic>
#include <string_view>

namespace demo {

/// A disk that fails when told to, between SQLite and the real one. While an object lives, what SQLite opens is on it;
/// at most one lives at a time, and it outlives the stores opened on it.
class FaultyDisk {
 public:
  FaultyDisk();
  FaultyDisk(const FaultyDisk&) = delete;
  FaultyDisk& operator=(const FaultyDisk&) = delete;
  ~FaultyDisk();

  /// From now on writes to files whose names end in `suffix` return `code` (SQLITE_FULL: no space is left).
  void FailWrites(int code, std::string_view suffix = "");
  void FailSyncs(int code);
  /// Syncs wait until Heal.
  void HangSyncs();
  void Heal();
};

}  // namespace demo
