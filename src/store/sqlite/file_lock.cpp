#include "store/sqlite/file_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

namespace demo::sqlite {
namespace {

std::string HolderOf(int descriptor) {
  std::array<char, 16> text{};
  const ssize_t length = pread(descriptor, text.data(), text.size(), 0);
  if (length <= 0) return "another process";
  return fmt::format("process {}", std::string_view(text.data(), static_cast<std::size_t>(length)));
}

/// Only for the message of whoever comes second: the lock holds without it, also on a full disk.
void WriteHolder(int descriptor) {
  const std::string pid = std::to_string(getpid());
  if (ftruncate(descriptor, 0) != 0) return;
  [[maybe_unused]] const ssize_t written = pwrite(descriptor, pid.data(), pid.size(), 0);
}

}  // namespace

Result<FileLock> FileLock::Take(const std::filesystem::path& file) {
  UniqueFd descriptor(open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!descriptor) {
    return Fail(ErrorCode::kInvalid, fmt::format("cannot write {}: {}", file.string(), std::strerror(errno)));
  }
  if (flock(descriptor.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) {
      return Fail(ErrorCode::kInvalid, fmt::format("cannot lock {}: {}", file.string(), std::strerror(errno)));
    }
    return Fail(ErrorCode::kUnavailable, fmt::format("{} is in use by {}; one process at a time can use it",
                                                     file.parent_path().string(), HolderOf(descriptor.get())));
  }
  WriteHolder(descriptor.get());
  return FileLock(std::move(descriptor));
}

}  // namespace demo::sqlite
