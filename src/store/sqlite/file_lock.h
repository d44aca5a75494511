#pragma once

#include <filesystem>
#include <utility>

#include "base/result.h"
#include "base/unique_fd.h"

namespace demo::sqlite {

/// An exclusive claim on a folder, held by a lock on a file in it for as long as the object lives. The kernel lets go
/// of it when the process dies, however it dies, so there is never a stale one.
class FileLock {
 public:
  /// Errors: Unavailable (another process holds it; the message names its pid), Invalid (the file cannot be made or
  /// locked).
  static Result<FileLock> Take(const std::filesystem::path& file);

 private:
  explicit FileLock(UniqueFd file) : file_(std::move(file)) {}
  UniqueFd file_;
};

}  // namespace demo::sqlite
