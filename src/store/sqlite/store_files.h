#pragma once

#include <sys/types.h>

#include <array>
#include <filesystem>

#include "base/result.h"

namespace demo::sqlite {

/// The files of an open store, and whether they are still where they were when it was opened. A process that goes on
/// writing to files which are nowhere any more, or in whose place others are, acknowledges what nobody will find.
///
/// SQLite's own SQLITE_FCNTL_HAS_MOVED knows the database alone: it misses the log, the lock, and a folder that
/// something was mounted on.
class StoreFiles {
 public:
  explicit StoreFiles(const std::filesystem::path& folder);

  [[nodiscard]] std::filesystem::path database() const { return files_[0].path; }
  [[nodiscard]] std::filesystem::path lock() const { return files_[1].path; }

  /// Whether what is there can be written. It is looked at before SQLite is asked, because that does not say which file
  /// it means, nor why. Errors: Invalid, with the path and the reason.
  [[nodiscard]] Result<void> CheckAccess() const;
  /// Takes what is there now as the store's files. Once, when all are open. Errors: Unavailable.
  Result<void> Remember();
  /// Errors: Unavailable: a file is not there, or another is in its place. Thread-safe; one stat a file.
  [[nodiscard]] Result<void> CheckInPlace() const;

 private:
  struct Identity {
    dev_t device = 0;
    ino_t number = 0;
    bool operator==(const Identity&) const = default;
  };
  struct File {
    std::filesystem::path path;
    Identity identity{};
  };
  static Result<Identity> IdentityOf(const std::filesystem::path& file);

  std::filesystem::path folder_;
  std::array<File, 4> files_;
};

}  // namespace demo::sqlite
