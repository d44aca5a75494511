#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <random>
#include <string_view>
#include <vector>

#include "http/parse_in_pieces.h"

namespace {

using demo::http::Outcome;
using demo::http::ParseInPieces;
using demo::http::RequestParser;

void Require(bool condition) {
  if (!condition) std::abort();
}

bool HasControlCharacter(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return (c >= 0 && c < ' ' && c != '\t') || c == 0x7f; });
}

/// What every other part of the service relies on.
void CheckSoundness(const Outcome& outcome) {
  if (outcome.state != RequestParser::State::kComplete) return;
  const bool of_server = outcome.target == "*" && outcome.method == demo::http::Method::kOptions;
  Require(of_server || outcome.target.starts_with('/'));
  Require(of_server || outcome.path.starts_with('/'));
  Require(outcome.body.size() <= demo::http::kMaxBody);
  for (const std::string_view text :
       {outcome.target, outcome.path, outcome.query, outcome.host, outcome.accept, outcome.if_none_match}) {
    Require(!HasControlCharacter(text));
  }
}

}  // namespace

// A request gives the same result in one piece, byte by byte, and cut at random points that follow from its own bytes.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const Outcome whole = ParseInPieces(bytes, {});
  CheckSoundness(whole);

  std::vector<std::size_t> every(size);
  for (std::size_t i = 0; i < size; ++i) every[i] = i;
  if (size <= 4096) Require(ParseInPieces(bytes, every) == whole);

  std::mt19937 random(static_cast<std::uint32_t>(std::hash<std::string_view>()(bytes)));
  std::vector<std::size_t> cuts;
  for (std::size_t cut = random() % 64; cut < size; cut += 1 + random() % 64) cuts.push_back(cut);
  Require(ParseInPieces(bytes, cuts) == whole);
  return 0;
}
