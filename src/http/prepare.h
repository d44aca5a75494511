#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/memory_budget.h"
#include "cache/stored_response.h"
#include "http/response.h"

namespace demo::http {

/// How an answer becomes bytes.
struct Preparation {
  enum class Gzip : std::uint8_t {
    kNo,
    kUnwanted,  ///< It would be kFast for a client that accepts it.
    kFast,      ///< For one sending: only where the body is large.
    kSmall,     ///< For many: as small as it gets.
  };

  std::uint16_t route = kNoRoute;
  bool entity_tag = false;  ///< It answers a GET: tag a 200, and let clients keep and revalidate it.
  Gzip gzip = Gzip::kNo;
  MemoryBudget* memory = nullptr;  ///< What the answer takes its memory from.
};

/// `response` as ready bytes. Defaults of its headers (Cache-Control, what protects a page in a browser, and so on)
/// yield to those that it names itself. Null where the budget has no room for it. Throws std::invalid_argument for a
/// header that would break the framing.
std::shared_ptr<const StoredResponse> Prepare(Response response, const Preparation& how);

/// The strong entity tag of an answer with this body.
std::string EntityTagOf(std::string_view body);

}  // namespace demo::http
