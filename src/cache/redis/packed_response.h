#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cache/stored_response.h"

namespace demo::redis {

/// A stored answer and the generations it was made of, as they stand in Redis.
struct PackedResponse {
  std::vector<std::uint64_t> generations;
  std::shared_ptr<const StoredResponse> response;
};

/// Bytes with a checksum. Only the same build reads them: the key names it.
std::string Pack(const StoredResponse& response, std::span<const std::uint64_t> generations);
/// Nothing for whatever Pack did not make, or somebody changed since. Pure.
std::optional<PackedResponse> Unpack(std::string_view bytes);

}  // namespace demo::redis
