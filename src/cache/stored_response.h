#pragma once

#include <cstdint>
#include <string>

#include "base/memory_budget.h"

namespace demo {

/// The route of an answer that belongs to none: 404, and whatever was refused before it could be matched.
inline constexpr std::uint16_t kNoRoute = 0xFFFF;

/// An answer as ready bytes, immutable once made, so that every loop may send the same copy.
///
/// `head` holds the header lines that are the same each time it is sent ("Name: value\r\n"...). The status line, Date,
/// Content-Length, Content-Encoding, Connection, Cache-Status and Server-Timing are written at each sending.
struct StoredResponse {
  int status = 200;
  std::uint16_t route = kNoRoute;  ///< Index in the route table, for metrics.
  std::string head;
  std::string etag;  ///< Quoted strong tag of `body`, or empty; the gzip form's is the same with "-gz" inside.
  std::string body;
  std::string gzip_body;  ///< Empty where compressing does not pay.
  MemoryShare memory{};   ///< What it takes of the budget, wherever it is kept or sent.
};

}  // namespace demo
