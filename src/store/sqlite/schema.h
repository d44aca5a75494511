#pragma once

#include <filesystem>

#include "base/result.h"
#include "store/sqlite/connection.h"

namespace demo::sqlite {

/// Brings the file behind `writer` to the present schema, one transaction a step, and into WAL mode.
/// Errors: Invalid (the file is another program's or was written by a newer version of this one), naming `file`;
/// otherwise as ErrorOf.
Result<void> PrepareSchema(Connection& writer, const std::filesystem::path& file);

}  // namespace demo::sqlite
