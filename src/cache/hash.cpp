#include "cache/hash.h"

#include <bit>
#include <cstddef>
#include <cstring>

namespace demo {
namespace {

// The first 64 bits of the fractional parts of the square roots of 2, 3, 5 and 7.
constexpr std::uint64_t kRoot2 = 0x6A09E667F3BCC908;
constexpr std::uint64_t kRoot3 = 0xBB67AE8584CAA73B;
constexpr std::uint64_t kRoot5 = 0x3C6EF372FE94F82B;
constexpr std::uint64_t kRoot7 = 0xA54FF53A5F1D36F1;

std::uint64_t Read8(const char* at) {
  std::uint64_t value = 0;
  std::memcpy(&value, at, sizeof value);
  return value;
}

std::uint64_t ReadTail(const char* at, std::size_t count) {
  std::uint64_t value = 0;
  std::memcpy(&value, at, count);
  return value;
}

// Every bit of both factors reaches every bit of the folded product.
std::uint64_t Fold(std::uint64_t left, std::uint64_t right) {
  __extension__ using Product = unsigned __int128;
  const Product product = static_cast<Product>(left) * right;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

std::uint64_t Lane(std::string_view bytes, std::uint64_t state, std::uint64_t first, std::uint64_t second) {
  const char* at = bytes.data();
  std::size_t left = bytes.size();
  state ^= Fold(bytes.size() + first, second);
  // The old state is added back, so that a block that makes the product zero does not erase what came before it.
  for (; left >= 16; at += 16, left -= 16) {
    state = std::rotl(state, 23) + Fold(Read8(at) ^ first ^ state, Read8(at + 8) ^ second);
  }
  if (left >= 8) {
    state = std::rotl(state, 23) + Fold(Read8(at) ^ first ^ state, ReadTail(at + 8, left - 8) ^ second);
  } else if (left > 0) {
    state = std::rotl(state, 23) + Fold(ReadTail(at, left) ^ first ^ state, second);
  }
  return Fold(state ^ second, first) + state;
}

}  // namespace

std::uint64_t HashBytes(std::string_view bytes, std::uint64_t seed) { return Lane(bytes, seed, kRoot2, kRoot3); }

Hash128 HashBytes128(std::string_view bytes) {
  return {.high = Lane(bytes, kRoot7, kRoot2, kRoot3), .low = Lane(bytes, kRoot3, kRoot5, kRoot7)};
}

}  // namespace demo
