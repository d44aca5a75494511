#include "cluster/balance.h"

#include <algorithm>

namespace demo::cluster {
namespace {

constexpr std::int64_t kRangeBytes = std::int64_t{128} * 1024 * 1024;
constexpr std::int64_t kToleratedRanges = 3;
// Older moves say nothing about the pace of these.
constexpr UnixMillis kRecentMillis = 5 * 60'000;

/// How many pieces have to change their shard for all to have as many, or one more.
std::int64_t Surplus(const std::vector<std::int64_t>& pieces) {
  std::int64_t total = 0;
  for (const std::int64_t count : pieces) total += count;
  const auto shards = static_cast<std::int64_t>(pieces.size());
  const std::int64_t least = total / shards;
  const std::int64_t most = (total + shards - 1) / shards;
  std::int64_t above = 0;
  std::int64_t below = 0;
  for (const std::int64_t count : pieces) {
    above += std::max<std::int64_t>(0, count - most);
    below += std::max<std::int64_t>(0, least - count);
  }
  return std::max(above, below);
}

std::int64_t ToMove(const CollectionView& collection, const DataView& data) {
  std::vector<std::int64_t> chunks;
  std::vector<std::int64_t> bytes;
  for (const auto& [shard, host] : data.shards) {
    const auto found = collection.parts.find(shard);
    const Part part = found == collection.parts.end() ? Part{} : found->second;
    chunks.push_back(part.chunks);
    bytes.push_back(part.bytes);
  }
  if (chunks.empty()) return 0;
  if (data.wire_version < kWireVersion60) return Surplus(chunks);
  const auto [least, most] = std::ranges::minmax(bytes);
  if (most - least < kToleratedRanges * kRangeBytes) return 0;
  for (std::int64_t& size : bytes) size /= kRangeBytes;
  return Surplus(bytes);
}

}  // namespace

Balance BalanceOf(const DataView& data, UnixMillis now) {
  Balance balance;
  for (const auto& [name, collection] : data.collections) {
    if (collection.shard_key) balance.chunks_to_move += ToMove(collection, data);
  }
  std::vector<UnixMillis> ended = data.moves.ended;
  std::erase_if(ended, [now](UnixMillis time) { return time < now - kRecentMillis; });
  if (ended.size() < 2 || balance.chunks_to_move == 0) return balance;
  const auto moves = static_cast<std::int64_t>(ended.size()) - 1;
  const std::chrono::milliseconds pace((ended.back() - ended.front()) / moves);
  balance.left = std::chrono::ceil<std::chrono::seconds>(pace * balance.chunks_to_move);
  return balance;
}

}  // namespace demo::cluster
