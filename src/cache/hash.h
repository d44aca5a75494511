#pragma once

#include <cstdint>
#include <string_view>

namespace demo {

struct Hash128 {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  bool operator==(const Hash128&) const = default;
};

/// Fast hashes, not cryptographic ones. The same bytes and seed give the same value in every process on a
/// little-endian machine, for ever: entity tags and the places of generations rely on it. Pure.
std::uint64_t HashBytes(std::string_view bytes, std::uint64_t seed = 0);
Hash128 HashBytes128(std::string_view bytes);

}  // namespace demo
