#include "store/sqlite/faulty_disk.h"

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <new>
#include <string>

namespace demo {
namespace {

struct Faults {
  std::mutex mutex;
  std::condition_variable healed;
  int write_code = SQLITE_OK;
  std::string write_suffix;
  int sync_code = SQLITE_OK;
  bool hang = false;
};

Faults& TheFaults() {
  static Faults faults;
  return faults;
}

/// What SQLite sees as its file; the real file follows it in the same memory, which SQLite provides.
struct File {
  sqlite3_file base;
  std::string* name;
  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

sqlite3_vfs* Real() {
  static sqlite3_vfs* const real = sqlite3_vfs_find("unix");
  return real;
}

File* Self(sqlite3_file* file) { return reinterpret_cast<File*>(file); }
sqlite3_file* RealOf(sqlite3_file* file) { return Self(file)->real(); }

/// The same call on the real file.
template <auto Method, typename... Arguments>
auto Forward(sqlite3_file* file, Arguments... arguments) {
  return (RealOf(file)->pMethods->*Method)(RealOf(file), arguments...);
}

int Close(sqlite3_file* file) {
  delete Self(file)->name;
  return Forward<&sqlite3_io_methods::xClose>(file);
}

int Write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 offset) {
  {
    Faults& faults = TheFaults();
    const std::lock_guard lock(faults.mutex);
    if (faults.write_code != SQLITE_OK && Self(file)->name->ends_with(faults.write_suffix)) return faults.write_code;
  }
  return Forward<&sqlite3_io_methods::xWrite>(file, bytes, size, offset);
}

int Sync(sqlite3_file* file, int flags) {
  {
    Faults& faults = TheFaults();
    std::unique_lock lock(faults.mutex);
    faults.healed.wait_for(lock, std::chrono::seconds(30), [&] { return !faults.hang; });
    if (faults.sync_code != SQLITE_OK) return faults.sync_code;
  }
  return Forward<&sqlite3_io_methods::xSync>(file, flags);
}

const sqlite3_io_methods kMethods = {
    .iVersion = 2,
    .xClose = Close,
    .xRead = Forward<&sqlite3_io_methods::xRead, void*, int, sqlite3_int64>,
    .xWrite = Write,
    .xTruncate = Forward<&sqlite3_io_methods::xTruncate, sqlite3_int64>,
    .xSync = Sync,
    .xFileSize = Forward<&sqlite3_io_methods::xFileSize, sqlite3_int64*>,
    .xLock = Forward<&sqlite3_io_methods::xLock, int>,
    .xUnlock = Forward<&sqlite3_io_methods::xUnlock, int>,
    .xCheckReservedLock = Forward<&sqlite3_io_methods::xCheckReservedLock, int*>,
    .xFileControl = Forward<&sqlite3_io_methods::xFileControl, int, void*>,
    .xSectorSize = Forward<&sqlite3_io_methods::xSectorSize>,
    .xDeviceCharacteristics = Forward<&sqlite3_io_methods::xDeviceCharacteristics>,
    .xShmMap = Forward<&sqlite3_io_methods::xShmMap, int, int, int, void volatile**>,
    .xShmLock = Forward<&sqlite3_io_methods::xShmLock, int, int, int>,
    .xShmBarrier = Forward<&sqlite3_io_methods::xShmBarrier>,
    .xShmUnmap = Forward<&sqlite3_io_methods::xShmUnmap, int>,
    .xFetch = nullptr,
    .xUnfetch = nullptr,
};

int Open(sqlite3_vfs* /*disk*/, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  file->pMethods = nullptr;
  const int status = Real()->xOpen(Real(), name, RealOf(file), flags, out_flags);
  if (status != SQLITE_OK) return status;
  Self(file)->name = new std::string(name != nullptr ? name : "");
  file->pMethods = &kMethods;
  return SQLITE_OK;
}

sqlite3_vfs& TheDisk() {
  static sqlite3_vfs disk = [] {
    sqlite3_vfs copy = *Real();
    copy.zName = "faulty";
    copy.szOsFile += static_cast<int>(sizeof(File));
    copy.xOpen = Open;
    return copy;
  }();
  return disk;
}

}  // namespace

FaultyDisk::FaultyDisk() { sqlite3_vfs_register(&TheDisk(), 1); }

FaultyDisk::~FaultyDisk() {
  Heal();
  sqlite3_vfs_register(Real(), 1);
  sqlite3_vfs_unregister(&TheDisk());
}

void FaultyDisk::FailWrites(int code, std::string_view suffix) {
  const std::lock_guard lock(TheFaults().mutex);
  TheFaults().write_code = code;
  TheFaults().write_suffix = suffix;
}

void FaultyDisk::FailSyncs(int code) {
  const std::lock_guard lock(TheFaults().mutex);
  TheFaults().sync_code = code;
}

void FaultyDisk::HangSyncs() {
  const std::lock_guard lock(TheFaults().mutex);
  TheFaults().hang = true;
}

void FaultyDisk::Heal() {
  {
    const std::lock_guard lock(TheFaults().mutex);
    TheFaults().write_code = SQLITE_OK;
    TheFaults().sync_code = SQLITE_OK;
    TheFaults().hang = false;
  }
  TheFaults().healed.notify_all();
}

}  // namespace demo
