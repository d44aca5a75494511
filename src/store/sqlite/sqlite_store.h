#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <memory>

#include "base/result.h"
#include "store/store.h"

namespace demo {

struct SqliteOptions {
  int readers = 8;                 ///< Reads at the same time; further ones wait.
  std::size_t write_queue = 1024;  ///< Writes that may wait; further ones are Unavailable at once.
  std::chrono::milliseconds read_deadline{5000};
  std::chrono::milliseconds write_deadline{5000};
  int writer_cache_kib = 2000;  ///< What the writing connection keeps of the file in memory.
  int checkpoint_pages =
      4000;  ///< From this length on the log moves into the database; a restart after a crash reads it.
};

/// Options for a process that does nothing but store large parts: more memory, fewer and longer checkpoints.
SqliteOptions SqliteBulkOptions();

/// Opens the embedded store in `data_dir`, which is made when it is missing (mode 0700), together with its file
/// `demo.db`. One process at a time holds a store; the claim ends with the process, also by kill -9.
/// Errors: Invalid (the folder cannot be used, or the file is another program's, damaged, or of a newer version),
/// Unavailable (another process holds it: the message names its pid; or an I/O error). Each message is one line.
Result<std::unique_ptr<Store>> OpenSqliteStore(const std::filesystem::path& data_dir, const SqliteOptions& options);

}  // namespace demo
