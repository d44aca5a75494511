#pragma once

#include <filesystem>

#include "base/result.h"

namespace demo::sqlite {

/// An exclusive claim on a folder, held by a lock on a file in it for as long as the object lives. The kernel lets go
/// of it when the process dies, however it dies, so there is never a stale one.
class FileLock {
 public:
  /// Errors: Unavailable (another process holds it; the message names its pid), Invalid (the file cannot be made).
  static Result<FileLock> Take(const std::filesystem::path& file);
  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&&) = delete;
  ~FileLock();

 private:
  explicit FileLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace demo::sqlite
