#include "base/ulid.h"

#include <sys/random.h>

#include <array>
#include <mutex>
#include <stdexcept>

namespace demo {
namespace {

constexpr char kAlphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::uint64_t kRandomHighMask = 0xFFFF;

struct State {
  std::mutex mutex;
  UnixMillis time = 0;
  std::uint64_t high = 0;
  std::uint64_t low = 0;
};

void Refill(State& state, UnixMillis time) {
  std::array<std::uint64_t, 2> random{};
  if (getrandom(random.data(), sizeof random, 0) != sizeof random) throw std::runtime_error("getrandom failed");
  state.time = time;
  state.high = random[0] & (kRandomHighMask >> 1);  // the top bit stays free, so counting on never overflows
  state.low = random[1];
}

}  // namespace

std::string FormatUlid(UnixMillis time, std::uint64_t random_high, std::uint64_t random_low) {
  std::string text(26, '0');
  auto milliseconds = static_cast<std::uint64_t>(time);
  for (int i = 9; i >= 0; --i, milliseconds >>= 5) text[static_cast<std::size_t>(i)] = kAlphabet[milliseconds & 31];
  __extension__ using Bits = unsigned __int128;
  Bits random = (static_cast<Bits>(random_high & kRandomHighMask) << 64) | random_low;
  for (std::size_t i = 25; i >= 10; --i, random >>= 5) text[i] = kAlphabet[static_cast<std::size_t>(random & 31)];
  return text;
}

std::string NewUlid() {
  static State state;
  const UnixMillis now = WallClockNow();
  const std::lock_guard lock(state.mutex);
  if (now > state.time) {
    Refill(state, now);
  } else if (++state.low == 0) {
    ++state.high;
  }
  return FormatUlid(state.time, state.high, state.low);
}

}  // namespace demo
