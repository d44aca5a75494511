#include "store/sqlite/store_files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace demo::sqlite {
namespace {

Result<void> CheckWritable(const std::filesystem::path& path, int wanted) {
  if (faccessat(AT_FDCWD, path.c_str(), wanted, AT_EACCESS) == 0 || errno == ENOENT) return {};
  return Fail(ErrorCode::kInvalid, fmt::format("cannot write {}: {}", path.string(), std::strerror(errno)));
}

}  // namespace

StoreFiles::StoreFiles(const std::filesystem::path& folder)
    : folder_(folder),
      files_{{{folder / "demo.db"}, {folder / "demo.lock"}, {folder / "demo.db-wal"}, {folder / "demo.db-shm"}}} {}

Result<void> StoreFiles::CheckAccess() const {
  if (auto writable = CheckWritable(folder_, W_OK | X_OK); !writable) return writable;
  for (const File& file : files_) {
    if (auto writable = CheckWritable(file.path, R_OK | W_OK); !writable) return writable;
  }
  return {};
}

Result<StoreFiles::Identity> StoreFiles::IdentityOf(const std::filesystem::path& file) {
  struct stat status{};
  if (stat(file.c_str(), &status) == 0) return Identity{status.st_dev, status.st_ino};
  return Fail(ErrorCode::kUnavailable,
              fmt::format("The store's file {} cannot be found: {}.", file.string(), std::strerror(errno)));
}

Result<void> StoreFiles::Remember() {
  for (File& file : files_) {
    const auto identity = IdentityOf(file.path);
    if (!identity) return Fail(identity.error());
    file.identity = *identity;
  }
  return {};
}

Result<void> StoreFiles::CheckInPlace() const {
  for (const File& file : files_) {
    const auto identity = IdentityOf(file.path);
    if (identity && *identity == file.identity) continue;
    return Fail(ErrorCode::kUnavailable,
                fmt::format("The store's file {} was moved, removed or replaced while it was in use. No write is "
                            "accepted until it is back, or the service is started again.",
                            file.path.string()));
  }
  return {};
}

}  // namespace demo::sqlite
