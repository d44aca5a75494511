#pragma once

#include <cstdint>

namespace demo {

/// Random numbers that are the same on every machine for the same seed (SplitMix64), for data and never for secrets.
/// The standard library's distributions differ between implementations. Used by one thread at a time.
class Random {
 public:
  explicit constexpr Random(std::uint64_t seed) : state_(seed) {}

  constexpr std::uint64_t Next() {
    state_ += 0x9E3779B97F4A7C15;
    std::uint64_t bits = state_;
    bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9;
    bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB;
    return bits ^ (bits >> 31);
  }

  /// 0 to `bound` - 1, evenly but for one part in 2^64 / `bound`; `bound` is at least 1.
  constexpr std::uint64_t Below(std::uint64_t bound) {
    __extension__ using Wide = unsigned __int128;
    return static_cast<std::uint64_t>((static_cast<Wide>(Next()) * bound) >> 64);
  }

 private:
  std::uint64_t state_;
};

}  // namespace demo
